import type { MaybePromise } from '../../base/maybe-promise.ts'
import type { OperationContext } from '../operations.ts'
import type { Runtime } from '../runtime.ts'
import type { KeepableAnswer, KeptRead } from './response-cache.ts'

/** Takes the answer from memory, where it is kept; what a transaction reads is its own. */
export function keptAnswer<A extends KeepableAnswer>(
  kept: KeptRead | undefined,
  id: string,
  context: OperationContext,
  runtime: Runtime,
  make: () => MaybePromise<A>,
): MaybePromise<A> {
  return kept === undefined || context.tx !== undefined
    ? make()
    : runtime.responses.answer(kept, id, make, context.arrivalRound)
}
