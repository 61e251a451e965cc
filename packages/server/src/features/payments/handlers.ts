import type { SystemEffects } from '../../plugin.ts'
import type { Payment, PaymentOperation } from './collections.ts'

/** Something that has happened to a payment. */
export interface PaymentHappening extends SystemEffects {
  /** As it is now. */
  readonly payment: Payment
  /** What it came of. */
  readonly operation: PaymentOperation
}

export type PaymentHandler = (happening: PaymentHappening) => Promise<void>

/**
 * Run in the transaction that records what has happened, once for each time it happens, whoever was the first to tell: the answer of the
 * provider, its message, the payer's return or a look-up. A handler that throws undoes the recording, which is tried again later.
 *
 * What may take long, or leaves the house, belongs into a job: `jobs.add`.
 */
export interface PaymentHandlers {
  /** The whole amount is held. */
  readonly authorized?: PaymentHandler
  /** `payment.capturedAmount` was taken. */
  readonly captured?: PaymentHandler
  /** `operation.amount` was given back. */
  readonly refunded?: PaymentHandler
  /** An attempt was declined; the payer may try another method. `payment.decline` says why. */
  readonly declined?: PaymentHandler
  /** Nothing is held any more, and nothing was taken. */
  readonly cancelled?: PaymentHandler
  /** What `operation` asked for will not happen: `operation.kind` says what, `operation.message` why. A failed refund can be asked for again. */
  readonly failed?: PaymentHandler
}
