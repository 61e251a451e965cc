import { paymentErrors } from '../../../ports/payment-errors.ts'
import type { PaymentPlace, PaymentProviderDeclaration } from '../../../ports/payments.ts'
import { loadStripe, requireStripe, type StripeAddress } from './load-stripe.ts'
import { StripeProvider } from './stripe-provider.ts'

export interface StripeOptions {
  /** `sk_live_…`. Default: STRIPE_SECRET_KEY. */
  readonly secretKey?: string
  /** `whsec_…`, of the endpoint `/api/webhooks/stripe`; several while one is being replaced. Default: STRIPE_WEBHOOK_SECRET. */
  readonly webhookSecret?: string | readonly string[]
}

/** Payments by Stripe. The package `stripe` has to be installed beside. */
export function stripe(options: StripeOptions = {}): PaymentProviderDeclaration {
  return stripeAt(undefined, options)
}

/** @param address  of a server that stands in for Stripe. */
export function stripeAt(address: StripeAddress | undefined, options: StripeOptions): PaymentProviderDeclaration {
  return { name: 'stripe', open: async (place) => openStripe(place, address, options) }
}

/**
 * Without a key an application can be developed, but for paying; it does not start in production.
 *
 * @throws payments_not_configured, payments_driver_missing
 */
function openStripe(
  { variables, isDevelopment, isServing = true, nowMs }: PaymentPlace,
  address: StripeAddress | undefined,
  { secretKey = variables.STRIPE_SECRET_KEY, webhookSecret = variables.STRIPE_WEBHOOK_SECRET ?? [] }: StripeOptions,
): StripeProvider {
  const key = secretKey || undefined
  if (key === undefined && isServing && !isDevelopment) throw noKey()
  requireStripe()
  let client: ReturnType<typeof loadStripe> | undefined
  return new StripeProvider({
    nowMs,
    webhookSecrets: [webhookSecret].flat().filter((secret) => secret !== ''),
    async client() {
      if (key === undefined) throw noKey()
      client ??= loadStripe(key, address)
      return client
    },
  })
}

function noKey() {
  return paymentErrors.not_configured({ details: { provider: 'stripe', missing: 'STRIPE_SECRET_KEY' } })
}
