import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { databaseContract } from '../../../testing/database.contract.ts'
import { openSqliteDatabase } from './sqlite-database.ts'

databaseContract('SQLite in memory', () => openSqliteDatabase({ file: ':memory:' }), {
  stopReads: 'no other process can open what is only in memory',
})

const folder = mkdtempSync(join(tmpdir(), 'galley-contract-'))
after(() => rmSync(folder, { recursive: true }))
let files = 0

databaseContract('SQLite in a file', (limits) =>
  openSqliteDatabase({ file: join(folder, `${++files}.db`), synchronous: 'off', ...limits }),
)
