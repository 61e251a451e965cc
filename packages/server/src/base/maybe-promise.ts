/** What is there at once when it can be, so that nobody waits for a turn of the event loop in vain. */
export type MaybePromise<T> = T | Promise<T>

/** Goes on with a value: at once when it is there, when it comes otherwise. */
export function whenReady<T, U>(value: MaybePromise<T>, next: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return value instanceof Promise ? value.then(next) : next(value)
}

/** Hands on what `work` gives; what it throws becomes a rejection, so that callers hear of failures in one way. */
export function orRejection<T>(work: () => MaybePromise<T>): MaybePromise<T> {
  try {
    return work()
  } catch (error) {
    return Promise.reject(error)
  }
}
