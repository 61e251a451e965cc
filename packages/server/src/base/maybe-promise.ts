/** What is there at once when it can be, so that nobody waits for a turn of the event loop in vain. */
export type MaybePromise<T> = T | Promise<T>
