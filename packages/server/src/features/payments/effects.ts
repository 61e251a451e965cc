import { asSystem } from '../../plugin.ts'
import type { PaymentsDb } from './collections.ts'

/** What an action, a hook, a job or a handler of payments passes on: its own transaction. */
export interface PaymentEffects {
  readonly db: object
  readonly jobs: PaymentJobs
}

/** The `jobs` of an action, a hook or a job. */
interface PaymentJobs {
  add(name: string, input: object, options?: { readonly runAt?: string | Date }): Promise<unknown>
}

/** The payments of the same transaction, whoever acts in it. */
export function paymentsDb({ db }: Pick<PaymentEffects, 'db'>): PaymentsDb {
  return asSystem(db) as unknown as PaymentsDb
}
