import { increment } from 'galley'
import type { PaymentOperation } from 'galley/payments'
import type { StoreEffects } from '../effects.ts'
import type { Refund } from './give-back.ts'

/** Writes down what was given back at the site of the provider of payments, where nobody here has asked for it. */
export async function refundElsewhere(
  order: string,
  { id, amount }: PaymentOperation,
  { db }: StoreEffects,
): Promise<Refund> {
  const { currency } = await db.orders.update(order, { refundedAmount: increment(amount) })
  return db.refunds.create({
    ...{ id, order },
    amount: { amount, currency },
    paymentAmount: amount,
    giftCardAmount: 0,
    reason: 'Given back at the site of the payment provider',
    status: 'pending',
  })
}
