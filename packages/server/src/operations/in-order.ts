/** Runs what it is given one after the other, in the order in which it was given. */
export type InOrder = <T>(work: () => Promise<T>) => Promise<T>

/** For the statements of one transaction: savepoints that overlap would undo each other's work. */
export function inOrderOf(): InOrder {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const next = last.then(work, work)
    last = next.catch(() => {})
    return next
  }
}

/** For calls that have a transaction each. */
export const atOnce: InOrder = (work) => work()
