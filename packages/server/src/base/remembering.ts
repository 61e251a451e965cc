export interface MemoryOptions {
  /** What was made for the last so many different texts is kept, at most for twice as many. */
  readonly capacity: number
  /** Longer texts are not kept. Default: all are. */
  readonly maxLength?: number
}

/**
 * Makes something of a text, and gives the same again when it meets the text again. A failure is not kept.
 *
 * Two generations instead of a list in order of use: a hit costs one look-up and moves nothing.
 */
export function remembering<T>(
  make: (text: string) => T,
  { capacity, maxLength = Number.POSITIVE_INFINITY }: MemoryOptions,
): (text: string) => T {
  let young = new Map<string, T>()
  let old = new Map<string, T>()

  function keep(text: string, made: T): T {
    if (text.length > maxLength) return made
    if (young.size >= capacity) {
      old = young
      young = new Map()
    }
    young.set(text, made)
    return made
  }

  return (text) => young.get(text) ?? keep(text, old.get(text) ?? make(text))
}
