import type { StoreEffects } from '../effects.ts'
import type { Order } from './move-order.ts'

type OrderEvent = 'orders.placed' | 'orders.paid' | 'orders.shipped' | 'orders.cancelled' | 'orders.refunded'

/** Tells partners what has happened to an order, once the transaction is committed. What leaves of it: integrations/partner-events.ts. */
export async function announce(
  event: OrderEvent,
  { id, number, total }: Pick<Order, 'id' | 'number' | 'total'>,
  { events }: Pick<StoreEffects, 'events'>,
  details: object = {},
): Promise<void> {
  await events.add(event, { order: id, number, total, ...details })
}
