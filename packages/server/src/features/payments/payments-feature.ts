import { defineFeature, type Feature, type PaymentProviderDeclaration } from '../../plugin.ts'
import { paymentCollections } from './collections.ts'
import type { PaymentHandlers } from './handlers.ts'

export interface PaymentsOptions {
  /** `simulated()` of `galley/payments/simulated`, or `stripe()` of `galley/payments/stripe`. */
  readonly provider: PaymentProviderDeclaration
  /** The role that sees all payments. Default: nobody sees those of others. */
  readonly staff?: string
  readonly on?: PaymentHandlers
  /** Where the payer's browser comes back after a challenge: a path of the own site. Default `/`. `payment` is added to its query. */
  readonly returnPath?: string
}

/** Takes payments through one provider, each subject at most once. */
export function payments(options: PaymentsOptions): Feature {
  return defineFeature({
    name: 'payments',
    collections: paymentCollections(options.staff),
  })
}
