/** Rows by their places, see `placeOfRow`; `all` where nobody knows which. */
export type ChangedRows = ReadonlySet<number> | 'all'

/** More rows than this are as good as all. */
const mostRows = 200

/** What one transaction has changed so far. A savepoint that failed leaves its traces here: they cost a look too many. */
export class Touched {
  readonly #collections = new Map<string, Set<number> | 'all'>()
  #noteCount = 0

  /** Another number once more has been noted. */
  get noteCount(): number {
    return this.#noteCount
  }

  get collections(): ReadonlyMap<string, ChangedRows> {
    return this.#collections
  }

  addRow(collection: string, id: string): void {
    this.#noteCount += 1
    const rows = this.#rowsOf(collection)
    if (rows === 'all') return
    rows.add(placeOfRow(id))
    if (rows.size > mostRows) this.addAll(collection)
  }

  addAll(collection: string): void {
    this.#noteCount += 1
    this.#collections.set(collection, 'all')
  }

  #rowsOf(collection: string): Set<number> | 'all' {
    const found = this.#collections.get(collection)
    if (found !== undefined) return found
    const made = new Set<number>()
    this.#collections.set(collection, made)
    return made
  }
}

/**
 * Which of 4 096 places a row has, so that what is known of rows needs no more memory than that.
 *
 * The end of an id is random; that two rows share a place costs a look too many, and never one too few.
 */
export function placeOfRow(id: string): number {
  return Number.parseInt(id.slice(-3), 16)
}
