import type { Payment } from './collections.ts'
import { type PaymentEffects, paymentsDb } from './effects.ts'
import { paymentsErrors } from './errors.ts'

export interface PaymentStart {
  /** What is paid for: the id of an order. A subject has one payment at a time, and is paid at most once. */
  readonly subject: string
  /** In minor units: 1250 is 12.50 EUR, and 1250 JPY. 1 or more. */
  readonly amount: number
  /** ISO 4217. */
  readonly currency: string
  /** Who may pay it through the API: the id of an actor. Default: nobody. */
  readonly payer?: string | null | undefined
  /** As the payer may read it: `Order 10042`. */
  readonly description?: string | undefined
}

/**
 * Makes the payment of a subject, or gives the one there is. Nothing is asked of the provider.
 *
 * @param effects  of the action, hook or job around it: the payment is committed with that, or not at all.
 * @throws payments_already_started  when the subject has a payment of another amount that is not cancelled.
 */
export async function startPayment(start: PaymentStart, effects: PaymentEffects): Promise<Payment> {
  const { subject, amount, currency, payer, description } = start
  if (!Number.isSafeInteger(amount) || amount < 1)
    throw paymentsErrors.amount({ details: { amount, max: Number.MAX_SAFE_INTEGER } })
  const { payments } = paymentsDb(effects)
  const existing = await payments.first({ where: { activeSubject: subject } })
  if (existing !== undefined) return sameAmount(existing, start)
  return payments.create({
    subject,
    activeSubject: subject,
    amount: { amount, currency },
    ...(payer != null && { payer }),
    ...(description !== undefined && { description }),
  })
}

function sameAmount(existing: Payment, { subject, amount, currency }: PaymentStart): Payment {
  if (existing.amount.amount === amount && existing.amount.currency === currency) return existing
  const shown = { existing: `${existing.amount.amount} ${existing.amount.currency}`, amount: `${amount} ${currency}` }
  throw paymentsErrors.already_started({ details: { subject, ...shown } })
}
