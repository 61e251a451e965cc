import type { Stripe } from 'stripe'
import { OutcomeUnknown } from '../../../ports/payments.ts'

type StripeError = InstanceType<typeof Stripe.errors.StripeError>

/** What Stripe has refused, and why: nothing was done. */
export interface Refusal {
  readonly code: string
  readonly message: string
  /** `card_error` is for the payer; `invalid_request_error` is about what was asked, or what has become of the payment. */
  readonly type: 'card_error' | 'invalid_request_error'
  /** As it is now, where the refusal is about one. */
  readonly intent: Stripe.PaymentIntent | undefined
  readonly error: StripeError
}

/**
 * The refusal in an error of the library.
 *
 * @param providerId  of the payment it is about, where that is known.
 * @throws OutcomeUnknown  for everything else: no answer, an error of Stripe's own, too many calls, a wrong key, a call that is still under way.
 */
export function refusalIn(error: unknown, providerId?: string): Refusal {
  const { rawType, statusCode, code = '', message = '' } = (error ?? {}) as Partial<StripeError>
  const isRefused = statusCode === 400 || statusCode === 402 || statusCode === 404
  if (isRefused && (rawType === 'card_error' || rawType === 'invalid_request_error')) {
    const stripeError = error as StripeError
    return { type: rawType, code, message, intent: stripeError.payment_intent, error: stripeError }
  }
  throw new OutcomeUnknown(`Stripe did not say what became of the call: ${message}`, {
    cause: error,
    ...(providerId !== undefined && { providerId }),
  })
}

/** What a call has answered, or why it was refused. @throws OutcomeUnknown */
export async function answerOrRefusal<T>(
  call: Promise<T>,
  providerId?: string,
): Promise<{ readonly answer: T } | { readonly refusal: Refusal }> {
  try {
    return { answer: await call }
  } catch (error) {
    return { refusal: refusalIn(error, providerId) }
  }
}

/** Looking up changes nothing: whatever goes wrong, nothing more is known than before. */
export function refusedLookUp(error: unknown): never {
  throw refusalIn(error).error
}
