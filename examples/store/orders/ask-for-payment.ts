import { startPayment } from 'galley/payments'
import type { StoreEffects } from '../effects.ts'
import { markPaid } from './mark-paid.ts'
import type { Order } from './move-order.ts'

/**
 * Makes the payment of an order, for its buyer to authorize. When gift cards and coupons have left nothing to pay, it is paid at once.
 *
 * @param payer  the id of who may authorize it.
 */
export async function askForPayment(order: Order, payer: string | null, effects: StoreEffects): Promise<Order> {
  const { id, number, due } = order
  if (due.amount === 0) return (await markPaid(id, effects)) ?? order
  const payment = await startPayment({ subject: id, ...due, payer, description: `Order ${number}` }, effects)
  return effects.db.orders.update(id, { payment: payment.id })
}
