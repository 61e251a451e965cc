import { quoteName } from '../../quote.ts'
import type { Connection } from '../connection.ts'

/** Any index will do for fewer, and what is true of few is soon wrong when they become many. */
const fewRows = 10_000
const growth = 10

/** The tables with many rows of which an index has no statistics, or only those of a tenth of the rows. A few look-ups. */
export function tablesInNeed(connection: Connection): readonly string[] {
  return indexedTables(connection)
    .filter(({ table, knownRows }) => rowsOf(table, connection) > Math.max(fewRows, knownRows * growth))
    .map(({ table }) => table)
}

function indexedTables(connection: Connection): readonly { readonly table: string; readonly knownRows: number }[] {
  const rows = (text: string) => connection.queryOnce({ text, parameters: [] })
  const isAnyKnown = rows("select 1 from sqlite_schema where name = 'sqlite_stat1'").length > 0
  const found = rows(isAnyKnown ? withStatistics : withoutStatistics)
  return found.map(([table, knownRows]) => ({ table: String(table), knownRows: Number(knownRows) }))
}

const withoutStatistics = "select distinct tbl_name, 0 from sqlite_schema where type = 'index'"
// `stat` begins with the number of rows.
const withStatistics = `
  select i.tbl_name, min(coalesce(cast(s.stat as integer), 0))
  from sqlite_schema as i left join sqlite_stat1 as s on s.tbl = i.tbl_name and s.idx = i.name
  where i.type = 'index' group by i.tbl_name`

/** At the price of a look-up: those that were deleted since are counted too. */
function rowsOf(table: string, connection: Connection): number {
  const first = (text: string) => Number(connection.queryOnce({ text, parameters: [] })[0]?.[0] ?? 0)
  try {
    return first(`select max(rowid) from ${quoteName(table)}`)
  } catch {
    return first(`select count(*) from (select 1 from ${quoteName(table)} limit ${fewRows + 1})`) // it is without rowid
  }
}
