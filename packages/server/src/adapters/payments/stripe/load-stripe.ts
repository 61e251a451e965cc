import type { Stripe } from 'stripe'
import { loadOptional, requireInstalled } from '../../../base/optional-package.ts'
import { paymentErrors } from '../../../ports/payment-errors.ts'

/** The version of Stripe's API that this adapter was written and tested for, whatever the account is set to. */
export const stripeApiVersion = '2026-10-28.endive'

export interface StripeAddress {
  readonly host: string
  readonly port: number
  readonly protocol: 'http' | 'https'
}

/**
 * Loads `stripe`, which only applications that are paid through it install.
 *
 * @param address  instead of Stripe's own: a server of the tests.
 */
export async function loadStripe(secretKey: string, address: StripeAddress | undefined): Promise<Stripe> {
  const { Stripe: Client } = await importStripe()
  return new Client(secretKey, {
    apiVersion: stripeApiVersion,
    timeout: timeoutMs,
    // Whoever calls decides about another attempt, and looks first.
    maxNetworkRetries: 0,
    telemetry: false,
    ...address,
  })
}

const timeoutMs = 20_000

function importStripe(): Promise<typeof import('stripe')> {
  return loadOptional(() => import('stripe'), noStripe)
}

/** The library is loaded with the first call; whether it can be is known at the start. @throws payments_driver_missing */
export function requireStripe(): void {
  requireInstalled('stripe', noStripe)
}

function noStripe(cause: unknown) {
  return paymentErrors.driver_missing({ cause, details: { driver: 'stripe' } })
}
