import type { EffectContext, HookMoment } from '../model/action.ts'
import type { CollectionModel } from '../model/model.ts'
import { createDb } from './local-db.ts'
import type { Operations } from './operations.ts'
import { outboxFor } from './outbox.ts'
import type { InTransaction, Runtime } from './runtime.ts'

/** Runs the hooks of a moment, in the order of their declaration; gives what they returned. */
export async function runHooks(
  moment: HookMoment,
  subject: object,
  collection: CollectionModel,
  context: InTransaction,
  operations: Operations,
  runtime: Runtime,
): Promise<readonly unknown[]> {
  const results: unknown[] = []
  for (const hook of collection.hooks[moment])
    results.push(await hook.run({ ...effectsOf(context, operations, runtime), ...subject }))
  return results
}

/** What logic inside a transaction can reach. */
export function effectsOf(context: InTransaction, operations: Operations, runtime: Runtime): EffectContext<any> {
  // any: the collections of the application
  return {
    actor: context.actor,
    db: createDb(context, operations),
    jobs: outboxFor('job', context, runtime),
    events: outboxFor('event', context, runtime),
    now: context.now,
    log: runtime.log,
  }
}

export function hasHooks(collection: CollectionModel, ...moments: readonly HookMoment[]): boolean {
  return moments.some((moment) => collection.hooks[moment].length > 0)
}
