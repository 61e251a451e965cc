/**
 * Keeps what was made for a text, at least for the last `capacity` different texts and at most for twice as many.
 *
 * Two generations instead of a list in order of use: a hit costs one look-up and moves nothing.
 */
export class StatementCache<T> {
  readonly #make: (text: string) => T
  readonly #capacity: number
  #young = new Map<string, T>()
  #old = new Map<string, T>()

  constructor(make: (text: string) => T, capacity: number) {
    this.#make = make
    this.#capacity = capacity
  }

  get(text: string): T {
    return this.#young.get(text) ?? this.#keep(text, this.#old.get(text) ?? this.#make(text))
  }

  #keep(text: string, made: T): T {
    if (this.#young.size >= this.#capacity) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(text, made)
    return made
  }
}
