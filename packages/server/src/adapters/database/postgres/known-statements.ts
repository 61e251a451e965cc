import type { Shapes } from './prepared-query.ts'

const keptTexts = 256
const mostPerConnection = 1_000
const quickMs = 5
const weightOfLast = 0.3

/** A statement that was met before. */
export interface KnownStatement {
  /** Of the prepared statement; undefined while it has come only once. */
  readonly name: string | undefined
  /** How long the server takes for it, as an average in which the last runs count most. */
  readonly tookMs: number
  readonly isQuick: boolean
}

/** What is remembered of a connection while it is lent to one after the other. */
export interface ConnectionMemory {
  /** The statements it has prepared, by name. */
  readonly shapes: Shapes
  /** When it answered last, by `performance.now()`. */
  answeredAt: number
}

/** Tells whether a connection has prepared so much that a new one should take its place. */
export function isWornOut({ shapes }: ConnectionMemory): boolean {
  return shapes.size > mostPerConnection
}

/**
 * Names the statements that are worth preparing, and knows which of them are quick: a text gets a name when it comes a second time.
 *
 * A server keeps what it has prepared until the connection ends, so the number of names is bounded here (the last 256
 * texts at least, twice as many at most) and by `isWornOut`.
 */
export class KnownStatements {
  #young = new Map<string, Known>()
  #old = new Map<string, Known>()
  #count = 0
  readonly #memories = new WeakMap<object, ConnectionMemory>()

  /** What is known of a statement that is about to be run. */
  meet(text: string): KnownStatement {
    const young = this.#young.get(text)
    const known = young ?? this.#old.get(text) ?? new Known()
    if (young === undefined) this.#keep(text, known)
    if (known.isMet) known.name ??= `galley_${++this.#count}`
    known.isMet = true
    return known
  }

  /** Gives `text` a new name the next time, on every connection. */
  forget(text: string): void {
    this.#young.delete(text)
    this.#old.delete(text)
  }

  noteTime(known: KnownStatement, tookMs: number): void {
    ;(known as Known).noteTime(tookMs)
  }

  memoryOf(connection: object): ConnectionMemory {
    let memory = this.#memories.get(connection)
    if (memory === undefined) {
      memory = { shapes: new Map(), answeredAt: Number.NEGATIVE_INFINITY }
      this.#memories.set(connection, memory)
    }
    return memory
  }

  #keep(text: string, known: Known): void {
    if (this.#young.size >= keptTexts) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(text, known)
  }
}

class Known implements KnownStatement {
  name: string | undefined
  isMet = false
  /** The first run says little: it is planned there, perhaps on a new connection. */
  tookMs = quickMs

  get isQuick(): boolean {
    return this.name !== undefined && this.tookMs < quickMs
  }

  noteTime(tookMs: number): void {
    this.tookMs += (tookMs - this.tookMs) * weightOfLast
  }
}
