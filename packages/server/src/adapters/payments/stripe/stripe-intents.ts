import type { Stripe } from 'stripe'
import type { Failed, PaymentReference } from '../../../ports/payments.ts'
import { stripeAmount } from './stripe-amount.ts'
import { answerOrRefusal, refusedLookUp } from './stripe-error.ts'
import { failed, impossibleAmount } from './stripe-outcome.ts'

export interface StripeIntentsParts {
  /** Loads the library at the first call. */
  readonly client: () => Promise<Stripe>
  /** Milliseconds since 1970. */
  readonly nowMs: () => number
}

/** PaymentIntents of Stripe, one for each reference. */
export class StripeIntents {
  readonly #parts: StripeIntentsParts

  constructor(parts: StripeIntentsParts) {
    this.#parts = parts
  }

  /**
   * The id of the PaymentIntent. Where it is not known, the call that makes it is made again with its own key: it answers what it made the
   * first time, also while a search would not find that yet. Stripe forgets keys after a day; by then the search does.
   */
  async idOf(payment: PaymentReference): Promise<{ readonly id: string } | Failed> {
    const { reference, providerId, amount, currency, description } = payment
    if (providerId !== undefined) return { id: providerId }
    const units = stripeAmount(amount, currency)
    if (units === undefined) return impossibleAmount
    const known = await this.#searched(payment)
    if (known !== undefined) return known
    const { paymentIntents } = await this.#parts.client()
    const params = {
      amount: units,
      currency: currency.toLowerCase(),
      capture_method: 'manual',
      payment_method_types: ['card'],
      metadata: { reference },
      ...(description !== undefined && { description }),
    } as const
    const made = await answerOrRefusal(paymentIntents.create(params, { idempotencyKey: `${reference}:create` }))
    return 'answer' in made ? { id: made.answer.id } : failed(made.refusal.code, made.refusal.message)
  }

  async retrieve(id: string): Promise<Stripe.PaymentIntent> {
    const { paymentIntents } = await this.#parts.client()
    return paymentIntents.retrieve(id, { ...withCharge }).catch((error: unknown) => refusedLookUp(error))
  }

  /** One that was told in a refusal lacks the card. */
  withCharge(intent: Stripe.PaymentIntent): Promise<Stripe.PaymentIntent> | Stripe.PaymentIntent {
    return typeof intent.latest_charge === 'string' ? this.retrieve(intent.id) : intent
  }

  async #searched({ reference, startedAt }: PaymentReference): Promise<{ readonly id: string } | undefined> {
    const { client, nowMs } = this.#parts
    if (nowMs() - Date.parse(startedAt) < keptKeyMs) return undefined
    const { paymentIntents } = await client()
    const query = `metadata['reference']:'${reference}'`
    const found = await paymentIntents.search({ query, limit: 1 }).catch((error: unknown) => refusedLookUp(error))
    return found.data[0]
  }
}

/** A little less than Stripe keeps the answers to keys: a day at least. */
const keptKeyMs = 20 * 3_600_000

/** The card is in the charge. */
export const withCharge = { expand: ['latest_charge'] }

/** Whether nobody has tried to pay by it: it may have been made by looking it up. */
export function isUntouched({
  status,
  payment_method,
  last_payment_error,
  latest_charge,
}: Stripe.PaymentIntent): boolean {
  const nothing = payment_method === null && last_payment_error === null && latest_charge === null
  return status === 'requires_payment_method' && nothing
}
