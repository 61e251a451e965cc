import { resultEvenIfUndone, Undone } from '../ports/undone.ts'
import type { OperationContext } from './operations.ts'
import type { Runtime } from './runtime.ts'

/** Runs `work` in a transaction of its own, or in a savepoint of the one there is, undoes it and gives its result. */
export async function rehearse<T>(
  context: OperationContext,
  work: (context: OperationContext) => Promise<T>,
  runtime: Runtime,
): Promise<T> {
  const { tx } = context
  const rehearseIn = async (joined: OperationContext): Promise<T> => {
    throw new Undone(await work(joined))
  }
  if (tx !== undefined) return resultEvenIfUndone(tx.savepoint(() => rehearseIn(context)))
  return resultEvenIfUndone(runtime.database.transaction((opened) => rehearseIn({ ...context, tx: opened })))
}
