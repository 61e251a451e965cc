import type { EffectContext } from '../model/action.ts'
import { system } from '../model/actor.ts'
import { effectsOf } from './hooks.ts'
import type { OperationContext, Operations } from './operations.ts'
import { inTransaction, type Runtime } from './runtime.ts'

/** Runs logic of a feature as the system: its changes and what it adds to the outbox are committed together. */
export function transactAsSystem<T>(
  context: OperationContext,
  work: (effects: EffectContext<any>) => Promise<T>, // any: the collections of the feature
  operations: Operations,
  runtime: Runtime,
): Promise<T> {
  const asSystem = { ...context, actor: system }
  return inTransaction(asSystem, runtime, (joined) => work(effectsOf(joined, operations, runtime)))
}
