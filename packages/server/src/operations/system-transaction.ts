import { system } from '../model/actor.ts'
import type { SystemEffects } from '../model/feature.ts'
import { effectsOf } from './hooks.ts'
import type { Operations } from './operations.ts'
import { inTransaction, type Runtime } from './runtime.ts'

/** Runs work of a feature in one transaction of the system: its changes and what it adds to the outbox are committed together. */
export function systemTransaction<T>(
  work: (effects: SystemEffects<any>) => Promise<T>, // any: the collections of the feature
  now: string,
  operations: Operations,
  runtime: Runtime,
): Promise<T> {
  return inTransaction({ actor: system, now, requestId: 'system' }, runtime, async (joined) => {
    const { db, jobs, events } = effectsOf(joined, operations, runtime)
    return work({ db, jobs, events, now })
  })
}
