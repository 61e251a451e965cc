import type { Stripe } from 'stripe'
import { isRecent } from '../../../base/is-recent.ts'
import { isSignedStripe, parseStripeSignature } from '../../../base/stripe-signature.ts'
import { paymentErrors } from '../../../ports/payment-errors.ts'
import type {
  AuthorizeOutcome,
  AuthorizeRequest,
  CallOutcome,
  CaptureRequest,
  Failed,
  PaymentNews,
  PaymentProvider,
  PaymentReference,
  PaymentRequest,
  PaymentSnapshot,
  ProviderMessage,
  RefundOutcome,
  RefundRequest,
  RefundSnapshot,
} from '../../../ports/payments.ts'
import { amountFromStripe, stripeAmount } from './stripe-amount.ts'
import { type Refusal, refusalIn } from './stripe-error.ts'
import {
  authorizeOutcome,
  challengeOf,
  declineFrom,
  declineOf,
  failed,
  methodOf,
  refundOutcome,
  refundState,
  stateOf,
} from './stripe-outcome.ts'

export interface StripeParts {
  /** Loads the library at the first call. */
  readonly client: () => Promise<Stripe>
  /** Several while one is being replaced. */
  readonly webhookSecrets: readonly string[]
  /** Milliseconds since 1970. */
  readonly nowMs: () => number
}

/**
 * Payments by Stripe: one PaymentIntent for each reference, captured by hand.
 *
 * It is made by its own call before anything is held, so that Stripe itself sees to it that one reference is paid once.
 */
export class StripeProvider implements PaymentProvider {
  readonly name = 'stripe'
  readonly #parts: StripeParts

  constructor(parts: StripeParts) {
    this.#parts = parts
  }

  isMethod(method: string): boolean {
    return /^(pm|card|src)_\w{1,190}$/.test(method)
  }

  async authorize(request: AuthorizeRequest): Promise<AuthorizeOutcome> {
    const made = await this.#intentOf(request)
    if ('outcome' in made) return made
    const { payment_method, return_url } = { payment_method: request.method, return_url: request.returnUrl }
    const params = { payment_method, ...(return_url !== undefined && { return_url }), ...withCharge }
    const { paymentIntents } = await this.#parts.client()
    const answer = await answerOrRefusal(
      paymentIntents.confirm(made.id, params, { idempotencyKey: request.key }),
      made.id,
    )
    if ('answer' in answer) return authorizeOutcome(answer.answer)
    return this.#refusedAttempt(answer.refusal, made.id)
  }

  async capture(request: CaptureRequest): Promise<CallOutcome> {
    const amount_to_capture = stripeAmount(request.captureAmount, request.currency)
    if (amount_to_capture === undefined) return impossibleAmount
    const { paymentIntents } = await this.#parts.client()
    return this.#onIntent(request, 'captured', (id) =>
      paymentIntents.capture(id, { amount_to_capture }, { idempotencyKey: request.key }),
    )
  }

  async cancel(request: PaymentRequest): Promise<CallOutcome> {
    const { paymentIntents } = await this.#parts.client()
    const outcome = await this.#onIntent(request, 'cancelled', (id) =>
      paymentIntents.cancel(id, {}, { idempotencyKey: request.key }),
    )
    // Another call has done it already: that is what was asked for.
    return outcome.outcome === 'failed' && outcome.code === 'is_cancelled'
      ? { outcome: 'succeeded', providerId: outcome.providerId! }
      : outcome
  }

  async refund(request: RefundRequest): Promise<RefundOutcome> {
    const { key, reference, refundAmount, currency } = request
    const amount = stripeAmount(refundAmount, currency)
    if (amount === undefined) return impossibleAmount
    const made = await this.#intentOf(request)
    if ('outcome' in made) return made
    const { refunds } = await this.#parts.client()
    const params = { payment_intent: made.id, amount, metadata: { key, reference } }
    const answer = await answerOrRefusal(refunds.create(params, { idempotencyKey: key }))
    return 'answer' in answer ? refundOutcome(answer.answer) : failed(answer.refusal.code, answer.refusal.message)
  }

  async lookUp(payment: PaymentReference): Promise<PaymentSnapshot | undefined> {
    const made = await this.#intentOf(payment)
    if ('outcome' in made) return undefined
    const intent = await this.#retrieve(made.id)
    return isUntouched(intent) ? undefined : this.#snapshot(intent, payment.currency)
  }

  isGenuine({ rawBody, headers, nowMs }: ProviderMessage): boolean {
    const { webhookSecrets } = this.#parts
    if (webhookSecrets.length === 0)
      throw paymentErrors.message_secret_missing({ details: { missing: 'STRIPE_WEBHOOK_SECRET' } })
    const signature = parseStripeSignature(headers['stripe-signature'] ?? '')
    if (signature === undefined || !isRecent(signature.timestamp, nowMs)) return false
    return isSignedStripe(signature, rawBody, webhookSecrets)
  }

  newsFrom(rawBody: Uint8Array): PaymentNews | undefined {
    const { id, type, data } = JSON.parse(Buffer.from(rawBody).toString('utf8'))
    const { object: kind, id: objectId, payment_intent: intent, metadata } = data?.object ?? {}
    const providerId = kind === 'payment_intent' ? objectId : intent
    if (typeof providerId !== 'string') return undefined
    return { id, type, providerId, reference: metadata?.reference }
  }

  async close(): Promise<void> {}

  /**
   * The id of the PaymentIntent. Where it is not known, the call that makes it is made again with its own key: it answers what it made the
   * first time, also while a search would not find that yet. Stripe forgets keys after a day; by then the search does.
   */
  async #intentOf(payment: PaymentReference): Promise<{ readonly id: string } | Failed> {
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

  async #searched({ reference, startedAt }: PaymentReference): Promise<{ readonly id: string } | undefined> {
    const { client, nowMs } = this.#parts
    if (nowMs() - Date.parse(startedAt) < keptKeyMs) return undefined
    const { paymentIntents } = await client()
    const query = `metadata['reference']:'${reference}'`
    const found = await paymentIntents.search({ query, limit: 1 }).catch((error: unknown) => refusedLookUp(error))
    return found.data[0]
  }

  /** A refused attempt is a decline, unless the payment has gone on, or is over. */
  async #refusedAttempt({ type, error, intent }: Refusal, id: string): Promise<AuthorizeOutcome> {
    const decline = { outcome: 'declined', providerId: id, ...declineFrom(error) } as const
    if (type === 'card_error') return decline
    const now = intent === undefined ? await this.#retrieve(id) : await this.#withCharge(intent)
    return stateOf(now) === 'open' ? decline : authorizeOutcome(now)
  }

  async #onIntent(
    payment: PaymentReference,
    wanted: 'captured' | 'cancelled',
    call: (id: string) => Promise<Stripe.PaymentIntent>,
  ): Promise<CallOutcome> {
    const made = await this.#intentOf(payment)
    if ('outcome' in made) return made
    const answer = await answerOrRefusal(call(made.id))
    const providerId = made.id
    if ('answer' in answer && stateOf(answer.answer) === wanted) return { outcome: 'succeeded', providerId }
    const intent = 'answer' in answer ? answer.answer : answer.refusal.intent
    if (intent !== undefined)
      return { ...failed(`is_${stateOf(intent)}`, `The payment is ${stateOf(intent)}.`), providerId }
    const { code, message } = 'refusal' in answer ? answer.refusal : { code: '', message: '' }
    return { ...failed(code, message), providerId }
  }

  async #retrieve(id: string): Promise<Stripe.PaymentIntent> {
    const { paymentIntents } = await this.#parts.client()
    return paymentIntents.retrieve(id, { ...withCharge }).catch((error: unknown) => refusedLookUp(error))
  }

  #withCharge(intent: Stripe.PaymentIntent): Promise<Stripe.PaymentIntent> | Stripe.PaymentIntent {
    return typeof intent.latest_charge === 'string' ? this.#retrieve(intent.id) : intent
  }

  async #snapshot(intent: Stripe.PaymentIntent, currency: string): Promise<PaymentSnapshot> {
    const state = stateOf(intent)
    const decline = declineOf(intent)
    return {
      providerId: intent.id,
      state,
      method: methodOf(intent),
      capturedAmount: amountFromStripe(intent.amount_received, currency),
      refunds: state === 'captured' ? await this.#refundsOf(intent, currency) : [],
      ...(state === 'requiresAction' && { challenge: challengeOf(intent) }),
      ...(state === 'open' && decline !== undefined && { decline }),
    }
  }

  async #refundsOf({ id }: Stripe.PaymentIntent, currency: string): Promise<readonly RefundSnapshot[]> {
    const { refunds } = await this.#parts.client()
    const found: RefundSnapshot[] = []
    try {
      for await (const refund of refunds.list({ payment_intent: id, limit: 100 }))
        found.push({
          key: refund.metadata?.key,
          id: refund.id,
          amount: amountFromStripe(refund.amount, currency),
          state: refundState(refund),
        })
    } catch (error) {
      return refusedLookUp(error)
    }
    return found
  }
}

/** A little less than Stripe keeps the answers to keys: a day at least. */
const keptKeyMs = 20 * 3_600_000

/** The card is in the charge. */
const withCharge = { expand: ['latest_charge'] }

const impossibleAmount = failed('amount_not_possible', 'Stripe has no such amount in this currency.')

/** Whether nobody has tried to pay by it: it may have been made by looking it up. */
function isUntouched({ status, payment_method, last_payment_error, latest_charge }: Stripe.PaymentIntent): boolean {
  const nothing = payment_method === null && last_payment_error === null && latest_charge === null
  return status === 'requires_payment_method' && nothing
}

async function answerOrRefusal<T>(
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
function refusedLookUp(error: unknown): never {
  throw refusalIn(error).error
}
