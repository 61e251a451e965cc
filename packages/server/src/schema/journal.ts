import { createHash } from 'node:crypto'
import type { Database, SqlDialect, Transaction } from '../ports/database.ts'
import { sql } from '../ports/sql.ts'
import { insertRow, parameter, rowsOf, selectRows } from './system-rows.ts'
import { migrationsTable, settingsTable, systemTableShape } from './system-tables.ts'

/** One applied migration. */
export interface JournalEntry {
  readonly name: string
  /** Counts from 1. */
  readonly position: number
  /** A `file` somebody wrote or read, or a change made by itself (`automatic`). */
  readonly kind: 'file' | 'automatic'
  readonly checksum: string
  readonly script: string
  /** Undefined when there is no way back. */
  readonly down: string | undefined
  /** All tables it left behind. */
  readonly tables: readonly string[]
  /** ISO 8601. */
  readonly appliedAt: string
  readonly tookMs: number
}

/** What was applied, oldest first; empty for a database without a journal. */
export async function readJournal(database: Database): Promise<readonly JournalEntry[]> {
  const tables = await database.readTables([migrationsTable.name])
  if (tables.length === 0) return []
  return entriesOf(database.dialect, await database.read(selectJournal(database.dialect)))
}

/** The same as `readJournal` within an exclusive transaction, where it cannot change any more. Makes the journal when there is none. */
export async function lockJournal(tx: Transaction, dialect: SqlDialect): Promise<readonly JournalEntry[]> {
  const found = await tryStatement(tx, () => tx.query(selectJournal(dialect)))
  if (found !== undefined) return entriesOf(dialect, found)
  for (const statement of dialect.schema.createTable(systemTableShape(migrationsTable, dialect))) {
    await tx.script(statement)
  }
  return []
}

export async function addEntry(tx: Transaction, dialect: SqlDialect, entry: JournalEntry): Promise<void> {
  await tx.execute(
    insertRow(dialect, migrationsTable, {
      name: entry.name,
      position: entry.position,
      kind: entry.kind,
      checksum: entry.checksum,
      script: entry.script,
      down: entry.down ?? null,
      tables: entry.tables,
      applied_at: entry.appliedAt,
      took_ms: entry.tookMs,
    }),
  )
}

export async function removeEntry(tx: Transaction, dialect: SqlDialect, entry: JournalEntry): Promise<void> {
  const name = parameter(dialect, migrationsTable, 'name', entry.name)
  await tx.execute(dialect.compile(sql`delete from ${sql.table(migrationsTable.name)} where name = ${name}`))
}

/** Tells two states of the journal apart. */
export function journalMark(journal: readonly JournalEntry[]): string {
  const last = journal.at(-1)
  return last === undefined ? 'empty' : `${last.position} ${last.name} ${last.checksum}`
}

/** Of what runs; comments around it and the kind of line ends do not count. */
export function checksumOf(script: string, down: string | undefined): string {
  return createHash('sha256')
    .update(JSON.stringify([script, down ?? null]))
    .digest('hex')
}

const schemaKey = 'schema'

/** Hash of the tables the database is known to have; undefined when that is not known. */
export async function readSchemaHash(database: Database): Promise<string | undefined> {
  const { dialect } = database
  const key = parameter(dialect, settingsTable, 'key', schemaKey)
  const select = selectRows(dialect, settingsTable, sql`where key = ${key}`)
  try {
    const [row] = rowsOf(dialect, settingsTable, await database.read(select))
    return typeof row?.value === 'string' ? row.value : undefined
  } catch {
    await database.ping() // the table may be missing; that the database can be reached is another matter
    return undefined
  }
}

/** Forgets the hash, and with `hash` remembers another. A database without the table has nothing to forget. */
export async function writeSchemaHash(tx: Transaction, dialect: SqlDialect, hash: string | undefined): Promise<void> {
  const key = parameter(dialect, settingsTable, 'key', schemaKey)
  const forget = dialect.compile(sql`delete from ${sql.table(settingsTable.name)} where key = ${key}`)
  await tryStatement(tx, () => tx.execute(forget))
  if (hash !== undefined) await tx.execute(insertRow(dialect, settingsTable, { key: schemaKey, value: hash }))
}

/** Undefined when the statement fails, which leaves the transaction as it was. */
async function tryStatement<T>(tx: Transaction, statement: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await tx.savepoint(async () => statement())
  } catch {
    return undefined
  }
}

function selectJournal(dialect: SqlDialect) {
  return selectRows(dialect, migrationsTable, sql`order by position`)
}

function entriesOf(dialect: SqlDialect, rows: Parameters<typeof rowsOf>[2]): readonly JournalEntry[] {
  return rowsOf(dialect, migrationsTable, rows).map((row) => ({
    name: String(row.name),
    position: Number(row.position),
    kind: row.kind === 'file' ? 'file' : 'automatic',
    checksum: String(row.checksum),
    script: String(row.script),
    down: row.down === null ? undefined : String(row.down),
    tables: row.tables as readonly string[],
    appliedAt: String(row.applied_at),
    tookMs: Number(row.took_ms),
  }))
}
