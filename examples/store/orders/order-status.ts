import { type Actor, asSystem, type RecordOf, role, text, type UpdateInput } from 'galley'
import { action, type StoreDb } from '../collections.ts'
import { storeErrors } from '../errors.ts'
import { returnToStock } from '../stock/warehouse.ts'
import { ownerOrStaff } from '../who.ts'
import type { orders } from './orders.ts'

export type OrderStatus = RecordOf<typeof orders>['status']

/** From where an order can come to a status. Everything else is refused. */
export const statusesBefore: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  placed: [],
  paid: ['placed'],
  shipped: ['paid'],
  cancelled: ['placed', 'paid'],
}

export const pay = action('orders', 'pay', {
  description: 'Notes that the money has arrived.',
  output: 'orders',
  allow: role('staff'),
  async run({ record: order, db, events, now }) {
    await moveOrder(order.id, statusesBefore.paid, { status: 'paid', paidAt: now }, asSystem(db))
    await events.add('orders.paid', { order: order.id })
    return order
  },
})

export const ship = action('orders', 'ship', {
  description: 'Notes that the parcel has left the house.',
  input: { trackingCode: text({ min: 1, max: 100, trim: true, optional: true }) },
  output: 'orders',
  allow: role('staff'),
  async run({ record: order, input, db, events, now }) {
    await moveOrder(order.id, statusesBefore.shipped, { status: 'shipped', shippedAt: now, ...input }, asSystem(db))
    await events.add('orders.shipped', { order: order.id })
    return order
  },
})

export const cancel = action('orders', 'cancel', {
  description: 'Gives an order up and puts its goods back. Customers may until it is paid, staff until it is shipped.',
  output: 'orders',
  allow: ownerOrStaff,
  async run({ record: order, actor, db, events, now }) {
    const store = asSystem(db)
    await moveOrder(order.id, statusesToCancel(actor), { status: 'cancelled', cancelledAt: now }, store)
    const { data: items } = await store['order-items'].find({ where: { order: order.id }, limit: 1_000 })
    await returnToStock(items, store)
    await events.add('orders.cancelled', { order: order.id })
    return order
  },
})

function statusesToCancel(actor: Actor): readonly OrderStatus[] {
  return actor.roles.includes('staff') ? statusesBefore.cancelled : ['placed']
}

type Move = UpdateInput<typeof orders> & { readonly status: OrderStatus }

// The condition is checked at the moment of the change: of two moves at once only one happens.
async function moveOrder(id: string, from: readonly OrderStatus[], move: Move, store: StoreDb): Promise<void> {
  const moved = await store.orders.updateIf(id, { status: { in: from } }, move)
  if (moved !== undefined) return
  const { status } = await store.orders.get(id)
  throw storeErrors.order_status({ details: { status, wanted: move.status } })
}
