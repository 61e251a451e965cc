import type { Database, SqlDialect, Transaction } from '../../ports/database.ts'
import { type Sql, sql } from '../../ports/sql.ts'
import { parameter } from '../../schema/system-rows.ts'
import { outboxTable } from '../../schema/system-tables.ts'

/** An entry that this process has taken. Its attempt tells it from what another process took after the lease was over. */
export interface ClaimedEntry {
  readonly id: string
  readonly name: string
  readonly payload: unknown
  readonly attempt: number
}

/** When the first entry of each name is due, ISO 8601. */
export async function dueTimes(names: readonly string[], database: Database): Promise<ReadonlyMap<string, string>> {
  const { dialect } = database
  // One look into the index for each name.
  const first = names.map((name) => sql`(select min(due_at) from galley_outbox where name = ${text(name, dialect)})`)
  const [row = []] = await database.read(dialect.compile(sql`select ${sql.join(first)}`))
  const times = names.map((name, index) => [name, dialect.decode(outboxTable.columns.due_at, row[index])] as const)
  return new Map(times.filter((time): time is [string, string] => time[1] !== null && time[1] !== undefined))
}

/**
 * Takes the entries of a name that have been due the longest: nobody else gets them before `until`.
 *
 * One statement decides, so of many processes one gets each.
 */
export async function claimEntries(
  name: string,
  limit: number,
  times: { readonly now: string; readonly until: string },
  database: Database,
): Promise<readonly ClaimedEntry[]> {
  const { dialect } = database
  const now = instant(times.now, dialect)
  const isDue = sql`due_at <= ${now}`
  const statement = dialect.compile(sql`
    update galley_outbox set due_at = ${instant(times.until, dialect)}, attempts = coalesce(attempts, 0) + 1
    where id in (
      select id from galley_outbox where name = ${text(name, dialect)} and ${isDue}
      order by due_at, id limit ${sql.lit(limit)} ${dialect.forUpdateOfFree}
    ) and ${isDue}
    returning id, payload, attempts`)
  const rows = await database.transaction(async (tx) => tx.query(statement))
  return rows
    .map(([id, payload, attempts]) => ({
      id: String(dialect.decode(outboxTable.columns.id, id)),
      name,
      payload: dialect.decode(outboxTable.columns.payload, payload),
      attempt: Number(attempts),
    }))
    .sort((one, other) => (one.id < other.id ? -1 : 1))
}

/** Keeps what was taken for longer. */
export function renewEntry(entry: ClaimedEntry, until: string, database: Database): Promise<void> {
  return change(
    database,
    (dialect) => sql`update galley_outbox set due_at = ${instant(until, dialect)} ${stillOurs(entry, dialect)}`,
  )
}

/** It was delivered. */
export function removeEntry(entry: ClaimedEntry, database: Database): Promise<void> {
  return change(database, (dialect) => sql`delete from galley_outbox ${stillOurs(entry, dialect)}`)
}

/** It was not delivered; `dueAt` is when it is tried again. */
export function postponeEntry(entry: ClaimedEntry, dueAt: string, reason: string, database: Database): Promise<void> {
  return change(
    database,
    (dialect) =>
      sql`update galley_outbox set due_at = ${instant(dueAt, dialect)}, last_error = ${text(reason, dialect)} ${stillOurs(entry, dialect)}`,
  )
}

/** It will not be tried again, and stays for people to look at. */
export function giveUpEntry(entry: ClaimedEntry, now: string, reason: string, database: Database): Promise<void> {
  return change(
    database,
    (dialect) =>
      sql`update galley_outbox set due_at = null, failed_at = ${instant(now, dialect)}, last_error = ${text(reason, dialect)} ${stillOurs(entry, dialect)}`,
  )
}

async function change(database: Database, write: (dialect: SqlDialect) => Sql): Promise<void> {
  const statement = database.dialect.compile(write(database.dialect))
  await database.transaction(async (tx: Transaction) => void (await tx.execute(statement)))
}

function stillOurs({ id, attempt }: ClaimedEntry, dialect: SqlDialect): Sql {
  return sql`where id = ${parameter(dialect, outboxTable, 'id', id)} and attempts = ${parameter(dialect, outboxTable, 'attempts', attempt)}`
}

function instant(iso: string, dialect: SqlDialect): Sql {
  return parameter(dialect, outboxTable, 'due_at', iso)
}

function text(value: string, dialect: SqlDialect): Sql {
  return parameter(dialect, outboxTable, 'name', value)
}
