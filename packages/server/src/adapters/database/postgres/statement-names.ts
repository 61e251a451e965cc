const keptTexts = 256
const mostPerConnection = 1_000

/**
 * Names the statements that are worth preparing: a text gets a name when it comes a second time.
 *
 * A server keeps what it has prepared until the connection ends, so the number of names is bounded here (the last 256
 * texts at least, twice as many at most) and by `isWornOut`.
 */
export class StatementNames {
  #young = new Map<string, string>()
  #old = new Map<string, string>()
  #count = 0
  readonly #usedBy = new WeakMap<object, Set<string>>()

  /** The name for `text` on `connection`, or undefined when it comes for the first time. */
  nameFor(text: string, connection: object): string | undefined {
    const known = this.#young.get(text) ?? this.#old.get(text)
    const name = known === '' ? `galley_${++this.#count}` : (known ?? '')
    if (this.#young.get(text) !== name) this.#keep(text, name)
    if (name === '') return undefined
    this.#noteUse(name, connection)
    return name
  }

  /** Gives `text` a new name the next time, on every connection. */
  forget(text: string): void {
    this.#young.delete(text)
    this.#old.delete(text)
  }

  /** Tells whether a connection has prepared so much that a new one should take its place. */
  isWornOut(connection: object): boolean {
    return (this.#usedBy.get(connection)?.size ?? 0) > mostPerConnection
  }

  #keep(text: string, name: string): void {
    if (this.#young.size >= keptTexts) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(text, name)
  }

  #noteUse(name: string, connection: object): void {
    const used = this.#usedBy.get(connection)
    if (used === undefined) this.#usedBy.set(connection, new Set([name]))
    else used.add(name)
  }
}
