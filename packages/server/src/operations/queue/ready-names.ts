/** What is known of which jobs may be ready, so that the database is asked for those alone. */
export class ReadyNames {
  readonly #names = new Set<string>()
  #newsCount = 0
  #lookAtMs = 0

  /** One of the name is ready. */
  add(name: string): void {
    this.#names.add(name)
    this.#newsCount += 1
  }

  has(name: string): boolean {
    return this.#names.has(name)
  }

  /** Counts what has been heard: what was found before it is not all there is. */
  get newsCount(): number {
    return this.#newsCount
  }

  /** Nothing of the name was left, unless something has been heard since. */
  exhausted(name: string, newsCount: number): void {
    if (newsCount === this.#newsCount) this.#names.delete(name)
  }

  /** When to look at all of them, because a moment has come or others may have added something. */
  get lookAtMs(): number {
    return this.#lookAtMs
  }

  /** Somebody else has added something. */
  lookNow(): void {
    this.#newsCount += 1
    this.#lookAtMs = 0
  }

  lookAt(ms: number): void {
    this.#lookAtMs = ms
  }

  /** Something is due at a moment, ISO 8601. */
  lookBy(moment: string): void {
    this.#lookAtMs = Math.min(this.#lookAtMs, Date.parse(moment))
  }
}
