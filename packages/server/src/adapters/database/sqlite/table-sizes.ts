import type { Connection } from './connection.ts'

/** Going through this many rows takes a few milliseconds, whatever is done with them. */
const mostRowsOfSmall = 10_000
const knownForMs = 60_000

/** Tells large tables from small ones, once a minute, at the price of a look-up: rows that were deleted since are counted too. */
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
    const bounded = `select count(*) from (select 1 from "${table}" limit ${mostRowsOfSmall + 1})` // for tables without rowid
    const count = this.#number(`select max(rowid) from "${table}"`) ?? this.#number(bounded)
    return count !== undefined && count > mostRowsOfSmall
  }

  /** Undefined for what is no table but a name inside the statement. */
  #number(text: string): number | undefined {
    try {
      return Number(this.#connection.queryOnce({ text, parameters: [] })[0]?.[0])
    } catch {
      return undefined
    }
  }
}
