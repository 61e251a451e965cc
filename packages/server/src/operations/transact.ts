import type { EffectContext } from '../model/action.ts'
import { system } from '../model/actor.ts'
import type { Hold } from '../ports/queue.ts'
import { operationErrors } from './errors.ts'
import { effectsOf } from './hooks.ts'
import type { OperationContext, Operations } from './operations.ts'
import { type InTransaction, inTransaction, type Runtime } from './runtime.ts'

/**
 * Runs logic of a feature as the system: its changes and what it adds to the outbox are committed together; with `hold`, only while that
 * is valid.
 */
export function transactAsSystem<T>(
  context: OperationContext,
  work: (effects: EffectContext<any>) => Promise<T>, // any: the collections of the feature
  operations: Operations,
  runtime: Runtime,
  hold?: Hold,
): Promise<T> {
  const asSystem = { ...context, actor: system }
  return inTransaction(asSystem, runtime, async (joined) => {
    if (hold !== undefined) await requireHold(hold, joined, runtime)
    return work(effectsOf(joined, operations, runtime))
  })
}

/** A queue that rests elsewhere is asked before; what it cannot know is for the fencing token to tell. */
async function requireHold(hold: Hold, { tx }: InTransaction, { queue }: Runtime): Promise<void> {
  if (!(await queue.holds(hold, queue.isTransactional ? tx : undefined))) throw operationErrors.job_lost()
}
