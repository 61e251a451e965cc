import { type Clock, isoNow, systemClock } from '../base/clock.ts'
import { GalleyError } from '../base/error.ts'
import { ConstraintError, type Database, type SqlDialect, type Transaction } from '../ports/database.ts'
import { schemaErrors } from './errors.ts'
import { addEntry, checksumOf, type JournalEntry, lockJournal, writeSchemaHash } from './journal.ts'

export interface MigrateOptions {
  /** For one migration. Default one hour. */
  readonly timeoutMs?: number
  readonly clock?: Clock
}

/** The only place in the database where anybody migrates at this moment. */
export interface Migrating {
  readonly tx: Transaction
  readonly dialect: SqlDialect
  /** As it is, now that nobody else can change it. */
  readonly journal: readonly JournalEntry[]
  /** Runs a script of the migration of this name, which errors will speak of. The schema counts as unknown from then on. */
  run(name: string, script: string): Promise<void>
  /** Notes a migration in the journal. */
  record(entry: Recorded): Promise<JournalEntry>
}

export type Recorded = Pick<JournalEntry, 'name' | 'kind' | 'script' | 'down' | 'tables'>

const hourMs = 3_600_000

/**
 * Does `work` while no other process migrates, in one transaction: all of it stays, or nothing.
 *
 * @throws schema_failed  when a script fails, with what the database says.
 */
export async function migrating<T>(
  database: Database,
  { timeoutMs = hourMs, clock = systemClock }: MigrateOptions,
  work: (migrating: Migrating) => Promise<T>,
): Promise<T> {
  let name: string | undefined
  const started = (running: string) => {
    name = running
  }
  try {
    return await database.transaction(async (tx) => work(await begin(tx, database.dialect, clock, started)), {
      lock: 'exclusive',
      timeoutMs,
    })
  } catch (error) {
    if (error instanceof GalleyError || name === undefined) throw error
    throw schemaErrors.failed({ cause: error, details: { name, reason: reasonOf(error) } })
  }
}

async function begin(
  tx: Transaction,
  dialect: SqlDialect,
  clock: Clock,
  started: (name: string) => void,
): Promise<Migrating> {
  let journal = await lockJournal(tx, dialect)
  let tookMs = 0
  return {
    tx,
    dialect,
    journal,
    async run(name, script) {
      started(name)
      const startedAt = performance.now()
      await writeSchemaHash(tx, dialect, undefined)
      await tx.script(script)
      tookMs = Math.round(performance.now() - startedAt)
    },
    async record(recorded) {
      const position = (journal.at(-1)?.position ?? 0) + 1
      const appliedAt = isoNow(clock)
      const checksum = checksumOf(recorded.script, recorded.down)
      const entry = { ...recorded, position, checksum, appliedAt, tookMs }
      await addEntry(tx, dialect, entry)
      journal = [...journal, entry]
      tookMs = 0
      return entry
    },
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof ConstraintError && error.cause instanceof Error ? error.cause : error
  const place = error instanceof ConstraintError && error.table !== undefined ? ` (table ${error.table})` : ''
  return `${cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause)}${place}`
}
