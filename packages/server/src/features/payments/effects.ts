import { asSystem, type Outbox } from '../../plugin.ts'
import type { PaymentsDb } from './collections.ts'

/** What an action, a hook, a job or a handler of payments passes on: its own transaction. */
export interface PaymentEffects {
  readonly db: object
  readonly jobs: Outbox
}

/** The payments of the same transaction, whoever acts in it. */
export function paymentsDb({ db }: Pick<PaymentEffects, 'db'>): PaymentsDb {
  return asSystem(db) as unknown as PaymentsDb
}
