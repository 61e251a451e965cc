import type { PaymentOperation } from './collections.ts'
import type { PaymentEffects } from './effects.ts'

/** The job that calls the provider, or finds out what has become of a call. */
export const callJobName = 'payments.call'

/**
 * Has the provider called once the transaction is committed, and again until it is known what came of it.
 *
 * @param runAt  not before: ISO 8601. Default: at once.
 */
export async function scheduleCall(
  { id }: Pick<PaymentOperation, 'id'>,
  { jobs }: PaymentEffects,
  runAt?: string,
): Promise<void> {
  await jobs.add(callJobName, { operation: id }, runAt === undefined ? {} : { runAt })
}
