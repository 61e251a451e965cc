import type { DatabaseSync } from 'node:sqlite'
import { quoteName } from '../../quote.ts'

/** Lets `analyze` look at about so many entries of an index as SQLite's own `optimize` does: milliseconds, however large the table is. */
export const limitAnalysis = 'pragma analysis_limit = 2000'

/**
 * Counts how many rows the values of the table's indexes have, and lets all connections to the file know.
 *
 * Nothing is committed when it is as it was: a commit makes every process forget the answers it has kept.
 * @throws an error of SQLite, busy among them, and leaves no transaction open.
 */
export function gatherStatistics(database: DatabaseSync, table: string): void {
  database.exec(`${limitAnalysis}; begin immediate`)
  try {
    const before = statisticsOf(database, table)
    database.exec(`analyze main.${quoteName(table)}`)
    if (statisticsOf(database, table) !== before) database.exec(`${makeConnectionsReload}; commit`)
  } finally {
    if (database.isTransaction) database.exec('rollback')
  }
}

// Open connections read statistics together with the schema: when it has changed.
const makeConnectionsReload = 'create table galley_reload (a); drop table galley_reload'

function statisticsOf(database: DatabaseSync, table: string): unknown {
  const isThere = database.prepare("select 1 from sqlite_schema where name = 'sqlite_stat1'").get() !== undefined
  if (!isThere) return undefined
  const texts = database.prepare('select idx, stat from sqlite_stat1 where tbl = ? order by idx').all(table)
  return JSON.stringify(texts)
}
