import { DatabaseSync } from 'node:sqlite'
import { workerData } from 'node:worker_threads'
import { gatherStatistics } from './gather-statistics.ts'

const lockWaitMs = 2_000

/** A thread that gathers the statistics of some tables and ends. */
function gatherAll(file: string, tables: readonly string[]): void {
  const database = new DatabaseSync(file, { timeout: lockWaitMs })
  try {
    database.exec('pragma synchronous = full; pragma wal_autocheckpoint = 0; pragma cache_size = -1000')
    for (const table of tables) gatherStatistics(database, table)
  } finally {
    database.close()
  }
}

gatherAll(workerData.file, workerData.tables)
