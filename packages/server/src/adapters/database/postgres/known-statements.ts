import { Generations } from '../../../base/remembering.ts'

const keptTexts = 256
const quickMs = 5
const weightOfLast = 0.3

/** A statement that was met before. */
export interface KnownStatement {
  /** Of the prepared statement; undefined while it has come only once. */
  readonly name: string | undefined
  /** How long the server takes for it, as an average in which the last runs count most. */
  readonly tookMs: number
  readonly isQuick: boolean
  noteTime(tookMs: number): void
}

/**
 * Names the statements that are worth preparing, and knows which of them are quick: a text gets a name when it comes a second time.
 *
 * A server keeps what it has prepared until the connection ends, so the number of names is bounded here (the last 256
 * texts at least, twice as many at most) and by `isWornOut`.
 */
export class KnownStatements {
  readonly #known = new Generations<Known>(keptTexts)
  #count = 0

  /** What is known of a statement that is about to be run. */
  meet(text: string): KnownStatement {
    const known = this.#known.get(text)
    if (known === undefined) return this.#meetFirst(text)
    known.name ??= `galley_${++this.#count}`
    return known
  }

  /** Takes the name from `text`, on every connection: it earns a new one. */
  forget(text: string): void {
    this.#known.delete(text)
  }

  #meetFirst(text: string): KnownStatement {
    const known = new Known()
    this.#known.set(text, known)
    return known
  }
}

class Known implements KnownStatement {
  name: string | undefined
  /** The first run says little: it is planned there, perhaps on a new connection. */
  tookMs = quickMs

  get isQuick(): boolean {
    return this.name !== undefined && this.tookMs < quickMs
  }

  noteTime(tookMs: number): void {
    this.tookMs += (tookMs - this.tookMs) * weightOfLast
  }
}
