export interface MemoryOptions {
  /** What was made for the last so many different texts is kept, at most for twice as many. */
  readonly capacity: number
  /** Longer texts are not kept. Default: all are. */
  readonly maxLength?: number
}

/** Makes something of a text, and gives the same again when it meets the text again. A failure is not kept. */
export function remembering<T>(
  make: (text: string) => T,
  { capacity, maxLength = Number.POSITIVE_INFINITY }: MemoryOptions,
): (text: string) => T {
  const kept = new Generations<T>(capacity)

  function makeAndKeep(text: string): T {
    const made = make(text)
    if (text.length <= maxLength) kept.set(text, made)
    return made
  }

  return (text) => kept.get(text) ?? makeAndKeep(text)
}

/**
 * Keeps the last `capacity` values that were set or asked for, at most twice as many.
 *
 * Two generations instead of a list in order of use: a hit costs one look-up and moves nothing.
 */
export class Generations<V> {
  readonly #capacity: number
  #young = new Map<string, V>()
  #old = new Map<string, V>()

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get(key: string): V | undefined {
    return this.#young.get(key) ?? this.#rejuvenated(key)
  }

  set(key: string, value: V): void {
    if (this.#young.size >= this.#capacity) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, value)
  }

  delete(key: string): void {
    this.#young.delete(key)
    this.#old.delete(key)
  }

  #rejuvenated(key: string): V | undefined {
    const value = this.#old.get(key)
    if (value !== undefined) this.set(key, value)
    return value
  }
}
