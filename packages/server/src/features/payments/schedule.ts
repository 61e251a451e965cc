import type { PaymentOperation } from './collections.ts'
import type { PaymentEffects } from './effects.ts'

/** The entry that asks for a call to the provider, or for what became of one. */
export const callEntry = 'payments.call'

/** Has the provider called once the transaction is committed, and again until it is known what came of it. */
export async function scheduleCall({ id }: Pick<PaymentOperation, 'id'>, { jobs }: PaymentEffects): Promise<void> {
  await jobs.add(callEntry, { operation: id })
}
