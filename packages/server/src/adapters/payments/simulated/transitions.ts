import { newId } from '../../../base/id.ts'
import type {
  AuthorizeOutcome,
  AuthorizeRequest,
  CallOutcome,
  CaptureRequest,
  PaymentReference,
  RefundOutcome,
  RefundRequest,
} from '../../../ports/payments.ts'
import { cardNumber, type SimulatedCard, simulatedCards } from './cards.ts'
import type { Ledger, SimulatedPayment, SimulatedRefund } from './ledger.ts'

/** What a call changes in the ledger, what it answers, and what is told of it. */
export interface Transition<Outcome> {
  readonly answer: Outcome
  /** Type of the message; undefined: nothing has changed. */
  readonly news?: string | undefined
}

/** Where a challenge is answered. */
export type ChallengeUrl = (challenge: string) => string | undefined

export function authorize(
  request: AuthorizeRequest,
  ledger: Ledger,
  challengeUrl: ChallengeUrl,
): Transition<AuthorizeOutcome> {
  const payment = ledger.findPayment(request.reference) ?? newPayment(request)
  const { id: providerId } = payment
  if (payment.state === 'cancelled')
    return { answer: { ...failed('cancelled', 'The payment was cancelled.'), providerId } }
  if (payment.state === 'authorized' || payment.state === 'captured')
    return { answer: { outcome: 'succeeded', providerId, method: summaryOf(payment.card) } }
  const card = cardNumber(request.method)
  const { decline, challenge } = simulatedCards[card]!
  const { description = null, returnUrl = null } = request
  const attempt = { ...payment, card, description, returnUrl, challenge: null, declineCode: null, declineMessage: null }
  if (decline !== undefined) {
    ledger.savePayment({ ...attempt, state: 'open', declineCode: decline.code, declineMessage: decline.message })
    return { answer: { outcome: 'declined', providerId, ...decline }, news: 'payment.declined' }
  }
  if (challenge !== undefined) {
    const challengeId = newId()
    ledger.savePayment({ ...attempt, state: 'requiresAction', challenge: challengeId })
    const asked = { url: challengeUrl(challengeId), clientSecret: `${providerId}_secret` }
    return { answer: { outcome: 'requiresAction', providerId, challenge: asked }, news: 'payment.requires_action' }
  }
  ledger.savePayment({ ...attempt, state: 'authorized' })
  return { answer: { outcome: 'succeeded', providerId, method: summaryOf(card) }, news: 'payment.authorized' }
}

export function answerChallenge(payment: SimulatedPayment, isApproved: boolean, ledger: Ledger): string {
  const isAuthorized = isApproved && simulatedCards[payment.card]!.challenge === 'asked'
  ledger.savePayment({
    ...payment,
    challenge: null,
    state: isAuthorized ? 'authorized' : 'open',
    declineCode: isAuthorized ? null : 'authentication_failed',
    declineMessage: isAuthorized ? null : 'The card’s bank could not be sure who is paying.',
  })
  return isAuthorized ? 'payment.authorized' : 'payment.declined'
}

export function capture(request: CaptureRequest, ledger: Ledger): Transition<CallOutcome> {
  const { reference, captureAmount } = request
  const payment = ledger.findPayment(reference)
  if (payment === undefined) return { answer: failed('unknown_payment', 'There is no such payment.') }
  if (payment.state !== 'authorized')
    return { answer: failed(`is_${payment.state}`, `The payment is ${payment.state}.`) }
  if (captureAmount < 1 || captureAmount > payment.amount)
    return { answer: failed('amount_too_large', 'More than is held cannot be captured.') }
  ledger.savePayment({ ...payment, state: 'captured', captured: captureAmount })
  return { answer: { outcome: 'succeeded', providerId: payment.id }, news: 'payment.captured' }
}

/** A payment nobody has heard of is cancelled too: a call that is under way must not hold anything any more. */
export function cancel(request: PaymentReference, ledger: Ledger): Transition<CallOutcome> {
  const payment = ledger.findPayment(request.reference) ?? newPayment(request)
  if (payment.state === 'captured') return { answer: failed('is_captured', 'The payment is captured.') }
  const answer = { outcome: 'succeeded', providerId: payment.id } as const
  if (payment.state === 'cancelled') return { answer }
  ledger.savePayment({ ...payment, state: 'cancelled', challenge: null })
  return { answer, news: 'payment.cancelled' }
}

/** @param settlesAt  when a refund is known to have succeeded or failed that is not at once; milliseconds since 1970. */
export function refund(request: RefundRequest, ledger: Ledger, settlesAt: number): Transition<RefundOutcome> {
  const { reference, refundAmount: amount, key } = request
  const payment = ledger.findPayment(reference)
  if (payment === undefined) return { answer: failed('unknown_payment', 'There is no such payment.') }
  const refunded = ledger.refundsOf(reference).filter(({ state }) => state !== 'failed')
  const left = payment.captured - refunded.reduce((sum, { amount: one }) => sum + one, 0)
  if (amount < 1 || amount > left)
    return { answer: failed('amount_too_large', 'More than was captured cannot be given back.') }
  const made = {
    key,
    id: `sim_re_${newId()}`,
    reference,
    amount,
    ...refundStates(simulatedCards[payment.card]!, settlesAt),
  }
  ledger.saveRefund(made)
  return { answer: refundOutcome(made), news: `refund.${made.state}` }
}

export function refundOutcome({ id, state }: SimulatedRefund): RefundOutcome {
  if (state === 'failed')
    return { ...failed('refund_failed', 'The card does not take the money back.'), providerId: id }
  return { outcome: state, providerId: id }
}

function refundStates({ refund: behaviour }: SimulatedCard, settlesAt: number) {
  if (behaviour === undefined) return { state: 'succeeded', settlesAt: null, settlesAs: null } as const
  if (behaviour === 'fails') return { state: 'failed', settlesAt: null, settlesAs: null } as const
  return { state: 'pending', settlesAt, settlesAs: behaviour === 'pending' ? 'succeeded' : 'failed' } as const
}

function newPayment({ reference, amount, currency }: PaymentReference): SimulatedPayment {
  const nothing = { description: null, returnUrl: null, challenge: null, declineCode: null, declineMessage: null }
  return { reference, id: `sim_${newId()}`, amount, currency, state: 'open', card: '', captured: 0, ...nothing }
}

export function summaryOf(card: string) {
  const known = simulatedCards[card]
  return known === undefined ? undefined : { brand: known.brand, last4: card.slice(-4) }
}

function failed(code: string, message: string) {
  return { outcome: 'failed', code, message } as const
}
