import type { Connection } from './connection.ts'

/** Going through this many rows takes a few milliseconds, whatever is done with them. */
const mostRowsOfSmall = 10_000
const knownForMs = 60_000

/** Tells large tables from small ones, at the price of an index's first rows once a minute. */
export class TableSizes {
  readonly #connection: Connection
  readonly #known = new Map<string, { readonly isLarge: boolean; readonly until: number }>()

  constructor(connection: Connection) {
    this.#connection = connection
  }

  isLarge(table: string): boolean {
    const known = this.#known.get(table)
    if (known !== undefined && performance.now() < known.until) return known.isLarge
    const isLarge = this.#hasRowsBeyondSmall(table)
    this.#known.set(table, { isLarge, until: performance.now() + knownForMs })
    return isLarge
  }

  #hasRowsBeyondSmall(table: string): boolean {
    const text = `select count(*) from (select 1 from "${table}" limit ${mostRowsOfSmall + 1})`
    try {
      return Number(this.#connection.queryOnce({ text, parameters: [] })[0]?.[0]) > mostRowsOfSmall
    } catch {
      return false // no table but a name inside the statement
    }
  }
}
