import type { FeatureContext, PaymentProvider, PaymentReference, SystemEffects } from '../../plugin.ts'
import type { Payment, PaymentOperation, PaymentsDb } from './collections.ts'
import type { PaymentHandler, PaymentHandlers } from './handlers.ts'

/** What every part of payments works with. Made once at the start. */
export interface PaymentsKit {
  readonly context: FeatureContext<PaymentsDb>
  readonly provider: PaymentProvider
  readonly on: PaymentHandlers
  readonly returnPath: string
}

export type Effects = SystemEffects<PaymentsDb>

/** Who tells how an operation ended. */
export type SettledBy = NonNullable<PaymentOperation['settledBy']>

/** A payment as the provider has to name it: the same at each call. */
export function referenceOf({ id, providerId, amount, description, createdAt }: Payment): PaymentReference {
  return {
    reference: id,
    providerId: providerId ?? undefined,
    amount: amount.amount,
    currency: amount.currency,
    startedAt: createdAt,
    description: description ?? undefined,
  }
}

/** Tells the application, in the transaction that records it. */
export async function tell(
  handler: PaymentHandler | undefined,
  payment: Payment,
  operation: PaymentOperation,
  effects: Effects,
): Promise<void> {
  await handler?.({ ...(effects as unknown as SystemEffects), payment, operation })
}
