import { asSystem, type Jobs, type Outbox } from 'galley'
import type { StoreDb } from './collections.ts'

/** What the shop's own steps work with inside a transaction. Its `db` asks no rules: whoever calls a step has asked them. */
export interface StoreEffects {
  readonly db: StoreDb
  readonly jobs: Jobs
  readonly events: Outbox
  /** ISO 8601. */
  readonly now: string
}

/** The same transaction with the rights of the shop: customers may neither write orders nor take from the shelves themselves. */
export function asShop({ db, jobs, events, now }: StoreEffects): StoreEffects {
  return { db: asSystem(db), jobs, events, now }
}
