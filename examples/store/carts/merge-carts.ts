import { eq, text } from 'galley'
import { action, type StoreDb } from '../collections.ts'
import { asShop } from '../effects.ts'
import { takeOverOrders } from '../orders/take-over-orders.ts'
import { hashOfSecret } from '../secrets.ts'
import { moveItems } from './add-to-cart.ts'
import { cartErrors } from './errors.ts'
import { hasGone } from './guests.ts'
import { requireOpen } from './keep-cart.ts'

export const mergeCarts = action('carts', 'merge', {
  description:
    'After signing in: moves what was collected as a guest into this cart, and takes over the orders. A second time there is nothing left to move.',
  input: { secret: text({ max: 100, private: true, description: 'Of the guest.' }) },
  output: 'carts',
  allow: ({ row, actor }) => eq(row.customer, actor.id),
  async run({ record: cart, input, ...context }) {
    requireOpen(cart)
    const effects = asShop(context) // the carts of guests are not the customer's to read
    const { db: store, now } = effects
    const guest = await store.guests.first({ where: { secretHash: hashOfSecret(input.secret) } })
    if (guest === undefined || hasGone(guest, Date.parse(now))) throw cartErrors.secret_unknown()
    const { data: carts } = await store.carts.find({
      where: { guest: guest.id, status: 'open' },
      sort: 'id',
      limit: 100,
    })
    for (const source of carts) await mergeCart(source.id, cart.id, store)
    await takeOverOrders(guest.id, cart.customer!, effects)
    return cart
  },
})

// The condition makes one of two merges at once wait for the other, and then find nothing to move.
async function mergeCart(from: string, to: string, store: StoreDb): Promise<void> {
  const closed = await store.carts.updateIf(from, { status: 'open' }, { status: 'merged', mergedInto: to })
  if (closed === undefined) return
  await moveItems(from, to, store)
  await store.carts.updateIf(to, { coupon: null }, { coupon: closed.coupon })
}
