import { startPayment } from 'galley/payments'
import type { StoreEffects } from '../effects.ts'
import type { Order } from './move-order.ts'

/**
 * Makes the payment of an order, for its buyer to authorize. There is none when gift cards and coupons have left nothing to pay.
 *
 * @param payer  the id of who may authorize it.
 */
export async function startPaying(order: Order, payer: string | null, effects: StoreEffects): Promise<void> {
  const { id, number, due } = order
  if (due.amount === 0) return
  const payment = await startPayment({ subject: id, ...due, payer, description: `Order ${number}` }, effects)
  await effects.db.orders.update(id, { payment: payment.id })
}
