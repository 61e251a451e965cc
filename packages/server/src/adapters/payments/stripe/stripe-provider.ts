import type { Stripe } from 'stripe'
import { isRecent } from '../../../base/is-recent.ts'
import { isSignedStripe, parseStripeSignature } from '../../../base/stripe-signature.ts'
import { paymentErrors } from '../../../ports/payment-errors.ts'
import type {
  AuthorizeOutcome,
  AuthorizeRequest,
  CallOutcome,
  CaptureRequest,
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
import { answerOrRefusal, type Refusal, refusedLookUp } from './stripe-error.ts'
import { isUntouched, StripeIntents, type StripeIntentsParts, withCharge } from './stripe-intents.ts'
import {
  authorizeOutcome,
  challengeOf,
  declineFrom,
  declineOf,
  failed,
  impossibleAmount,
  methodOf,
  refundOutcome,
  refundState,
  stateOf,
} from './stripe-outcome.ts'

export interface StripeParts extends StripeIntentsParts {
  /** Several while one is being replaced. */
  readonly webhookSecrets: readonly string[]
}

/**
 * Payments by Stripe: one PaymentIntent for each reference, captured by hand.
 *
 * It is made by its own call before anything is held, so that Stripe itself sees to it that one reference is paid once.
 */
export class StripeProvider implements PaymentProvider {
  readonly name = 'stripe'
  readonly #parts: StripeParts
  readonly #intents: StripeIntents

  constructor(parts: StripeParts) {
    this.#parts = parts
    this.#intents = new StripeIntents(parts)
  }

  isMethod(method: string): boolean {
    return /^(pm|card|src)_\w{1,190}$/.test(method)
  }

  async authorize(request: AuthorizeRequest): Promise<AuthorizeOutcome> {
    const made = await this.#intents.idOf(request)
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
    const made = await this.#intents.idOf(request)
    if ('outcome' in made) return made
    const { refunds } = await this.#parts.client()
    const params = { payment_intent: made.id, amount, metadata: { key, reference } }
    const answer = await answerOrRefusal(refunds.create(params, { idempotencyKey: key }))
    return 'answer' in answer ? refundOutcome(answer.answer) : failed(answer.refusal.code, answer.refusal.message)
  }

  async lookUp(payment: PaymentReference): Promise<PaymentSnapshot | undefined> {
    const made = await this.#intents.idOf(payment)
    if ('outcome' in made) return undefined
    const intent = await this.#intents.retrieve(made.id)
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

  /** A refused attempt is a decline, unless the payment has gone on, or is over. */
  async #refusedAttempt({ type, error, intent }: Refusal, id: string): Promise<AuthorizeOutcome> {
    const decline = { outcome: 'declined', providerId: id, ...declineFrom(error) } as const
    if (type === 'card_error') return decline
    const now = intent === undefined ? await this.#intents.retrieve(id) : await this.#intents.withCharge(intent)
    return stateOf(now) === 'open' ? decline : authorizeOutcome(now)
  }

  async #onIntent(
    payment: PaymentReference,
    wanted: 'captured' | 'cancelled',
    call: (id: string) => Promise<Stripe.PaymentIntent>,
  ): Promise<CallOutcome> {
    const made = await this.#intents.idOf(payment)
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
