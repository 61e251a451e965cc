/** Thrown to end a transaction or savepoint without its effects, with a result to tell. */
export class Undone<T> {
  readonly result: T

  constructor(result: T) {
    this.result = result
  }
}

/** The result of `work`, whether it was done or ended by `Undone`. */
export async function resultEvenIfUndone<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (thrown) {
    if (thrown instanceof Undone) return thrown.result as T
    throw thrown
  }
}
