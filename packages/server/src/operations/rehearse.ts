import type { OperationContext } from './operations.ts'
import type { Runtime } from './runtime.ts'

/** Carries the result of a rehearsal out of the transaction that is being undone. */
class Rehearsed<T> {
  readonly result: T
  constructor(result: T) {
    this.result = result
  }
}

/** Runs `work` in a transaction, undoes it and gives its result. */
export async function rehearse<T>(
  context: OperationContext,
  work: (context: OperationContext) => Promise<T>,
  runtime: Runtime,
): Promise<T> {
  try {
    return await runtime.database.transaction(async (tx): Promise<T> => {
      throw new Rehearsed(await work({ ...context, tx }))
    })
  } catch (thrown) {
    if (thrown instanceof Rehearsed) return thrown.result as T
    throw thrown
  }
}
