import type { Payment } from './collections.ts'
import { type PaymentEffects, paymentsDb } from './effects.ts'

/**
 * Lets somebody else see and pay a payment: who had not signed in yet when it was started, for example. Whoever it was before no longer can.
 *
 * @throws operation_not_found
 */
export async function changePayer(paymentId: string, payer: string, effects: PaymentEffects): Promise<Payment> {
  const payment = await paymentsDb(effects).payments.update(paymentId, { payer })
  return payment
}
