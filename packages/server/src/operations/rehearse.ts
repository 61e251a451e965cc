import type { OperationContext } from './operations.ts'
import type { Runtime } from './runtime.ts'

/** Carries the result of a rehearsal out of the transaction that is being undone. */
class Rehearsed<T> {
  readonly result: T
  constructor(result: T) {
    this.result = result
  }
}

/** Runs `work` in a transaction of its own, or in a savepoint of the one there is, undoes it and gives its result. */
export async function rehearse<T>(
  context: OperationContext,
  work: (context: OperationContext) => Promise<T>,
  runtime: Runtime,
): Promise<T> {
  const { tx } = context
  const rehearseIn = async (joined: OperationContext): Promise<T> => {
    throw new Rehearsed(await work(joined))
  }
  try {
    if (tx !== undefined) return await tx.savepoint(() => rehearseIn(context))
    return await runtime.database.transaction((opened) => rehearseIn({ ...context, tx: opened }))
  } catch (thrown) {
    if (thrown instanceof Rehearsed) return thrown.result as T
    throw thrown
  }
}
