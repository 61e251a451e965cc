import type { Stripe } from 'stripe'
import type {
  AuthorizeOutcome,
  Failed,
  MethodSummary,
  PaymentSnapshot,
  RefundOutcome,
} from '../../../ports/payments.ts'

/** Where a PaymentIntent is, in the words of the port. */
export function stateOf({ status }: Stripe.PaymentIntent): PaymentSnapshot['state'] {
  return states[status] ?? 'pending'
}

const states: Readonly<Record<string, PaymentSnapshot['state']>> = {
  requires_payment_method: 'open',
  requires_confirmation: 'open',
  requires_action: 'requiresAction',
  processing: 'pending',
  requires_capture: 'authorized',
  succeeded: 'captured',
  canceled: 'cancelled',
}

/** What an attempt has come to, from the PaymentIntent as it is after it. */
export function authorizeOutcome(intent: Stripe.PaymentIntent): AuthorizeOutcome {
  const { id: providerId } = intent
  const decline = declineOf(intent) ?? { code: 'not_accepted', message: 'The payment was not accepted.' }
  const outcomes: Readonly<Record<PaymentSnapshot['state'], () => AuthorizeOutcome>> = {
    open: () => ({ outcome: 'declined', providerId, ...decline }),
    pending: () => ({ outcome: 'pending', providerId }),
    requiresAction: () => ({ outcome: 'requiresAction', providerId, challenge: challengeOf(intent) }),
    authorized: () => ({ outcome: 'succeeded', providerId, method: methodOf(intent) }),
    captured: () => ({ outcome: 'succeeded', providerId, method: methodOf(intent) }),
    cancelled: () => ({ ...failed('cancelled', 'The payment was cancelled.'), providerId }),
  }
  return outcomes[stateOf(intent)]()
}

export function challengeOf({ next_action: action, client_secret: secret }: Stripe.PaymentIntent) {
  return { url: action?.redirect_to_url?.url ?? undefined, clientSecret: secret ?? undefined }
}

export function declineOf({ last_payment_error: error }: Stripe.PaymentIntent) {
  if (!error) return undefined
  return declineFrom(error)
}

export function declineFrom({
  decline_code,
  code,
  message,
}: {
  decline_code?: string
  code?: string
  message?: string
}) {
  return {
    code: decline_code ?? code ?? 'card_declined',
    message: message ?? 'The payment was declined.',
  }
}

/** Of the last charge, which has to be expanded. */
export function methodOf({ latest_charge: charge }: Stripe.PaymentIntent): MethodSummary | undefined {
  if (charge === null || typeof charge === 'string') return undefined
  const card = charge.payment_method_details?.card
  return card?.brand && card.last4 ? { brand: card.brand, last4: card.last4 } : undefined
}

export function refundState({ status }: Stripe.Refund): 'succeeded' | 'pending' | 'failed' {
  if (status === 'succeeded') return 'succeeded'
  return status === 'failed' || status === 'canceled' ? 'failed' : 'pending'
}

export function refundOutcome(refund: Stripe.Refund): RefundOutcome {
  const outcome = refundState(refund)
  if (outcome !== 'failed') return { outcome, providerId: refund.id }
  return { ...failed(refund.failure_reason ?? 'refund_failed', 'The refund was not taken.'), providerId: refund.id }
}

export function failed(code: string, message: string): Failed {
  return { outcome: 'failed', code, message }
}

export const impossibleAmount = failed('amount_not_possible', 'Stripe has no such amount in this currency.')
