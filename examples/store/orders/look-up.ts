import { choice, everyone, instant, integer, list, money, object, text } from 'galley'
import { action } from '../collections.ts'
import { asShop } from '../effects.ts'
import { storeErrors } from '../errors.ts'
import { hashOfSecret } from '../secrets.ts'
import { orderStatuses } from './orders.ts'

/** For guests: the link in their mail has the token behind its #, where no server logs it, and the page sends it here. */
export const lookUp = action('orders', 'look-up', {
  on: 'collection',
  description: 'Shows an order to whoever has the token of the link in its mail.',
  input: { token: text({ min: 43, max: 43 }) },
  output: {
    order: text(),
    number: text(),
    status: choice(orderStatuses),
    placedAt: instant(),
    total: money(),
    items: list(object({ name: text(), quantity: integer(), shippedQuantity: integer(), total: money() }), {
      max: 200,
    }),
    events: list(object({ kind: text(), at: instant() }), { max: 1_000 }),
  },
  allow: everyone(),
  async run({ input, ...context }) {
    const { db } = asShop(context)
    const order = await db.orders.first({ where: { lookupTokenHash: hashOfSecret(input.token) } })
    if (order === undefined) throw storeErrors.order_unknown()
    const { data: items } = await db['order-items'].find({ where: { order: order.id }, limit: 200 })
    const { data: events } = await db['order-events'].find({ where: { order: order.id }, sort: 'id', limit: 1_000 })
    const { id, number, status, placedAt, total } = order
    return {
      ...{ order: id, number, status, placedAt, total },
      items: items.map(({ name, quantity, shippedQuantity, total }) => ({ name, quantity, shippedQuantity, total })),
      events: events.map(({ kind, createdAt }) => ({ kind, at: createdAt })),
    }
  },
})
