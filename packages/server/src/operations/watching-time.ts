import type { SelectionContext } from '../query/selection.ts'

/** A rule that compares with the moment of the request must be bound anew at each one. */
export function watchingTime(
  asking: SelectionContext,
  now: string,
): SelectionContext & { readonly hasAskedTime: boolean } {
  let hasAskedTime = false
  return Object.defineProperties(asking, {
    now: {
      get: () => {
        hasAskedTime = true
        return now
      },
    },
    hasAskedTime: { get: () => hasAskedTime },
  }) as SelectionContext & { readonly hasAskedTime: boolean }
}
