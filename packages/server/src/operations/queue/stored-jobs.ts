import type { Database, Row, SqlDialect, Transaction } from '../../ports/database.ts'
import type { JobCount, JobState, ListQuery, RemovableJobs, StoredJob } from '../../ports/queue.ts'
import { type Sql, sql } from '../../ports/sql.ts'
import { jobsTable } from '../../schema/system-tables.ts'
import { hasId, idSlot, idsSlot, instantSlot, isNamed, namesSlot, textSlot } from './job-slots.ts'
import { expression, type Slot } from './keep-texts.ts'

/** The states of the table that a state of the port stands for. */
const storedStates: Readonly<Record<JobState, readonly string[]>> = {
  waiting: ['ready', 'later', 'blocked'],
  running: ['running'],
  done: ['done'],
  dead: ['dead'],
  cancelled: ['cancelled'],
}

export async function listJobs(query: ListQuery, database: Database): Promise<readonly StoredJob[]> {
  const { state, name, after, limit } = query
  const conditions = [
    ...(state === undefined ? [] : [isIn(state)]),
    ...(name === undefined ? [] : [sql`name = ${as(textSlot(name), database)}`]),
    ...(after === undefined ? [] : [sql`id < ${as(idSlot(after), database)}`]),
  ]
  return readJobs(sql`${where(conditions)} order by id desc limit ${sql.lit(limit)}`, database)
}

export async function findJob(id: string, database: Database): Promise<StoredJob | undefined> {
  return (await readJobs(where([sql`id = ${as(idSlot(id), database)}`]), database))[0]
}

export async function countJobs(database: Database): Promise<readonly JobCount[]> {
  const { dialect } = database
  const rows = await database.read(
    dialect.compile(sql`select name, state, count(*) from galley_jobs group by name, state`),
  )
  const counts = new Map<string, JobCount>()
  for (const [name, stored, count] of rows as readonly [string, string, unknown][]) {
    const state = stateFrom(stored)
    const key = `${name} ${state}`
    counts.set(key, { name, state, count: (counts.get(key)?.count ?? 0) + Number(count) })
  }
  return [...counts.values()].sort((one, other) =>
    `${one.name} ${one.state}` < `${other.name} ${other.state}` ? -1 : 1,
  )
}

/** A job that somebody waits for. */
export interface Freed {
  readonly name: string
  readonly key: string | null
}

/** Lets dead jobs wait again; those with a key come back into the order of their lane. */
export async function retryDead(
  which: { readonly ids: readonly string[] } | { readonly name: string },
  now: string,
  tx: Transaction,
  { dialect }: Database,
): Promise<readonly Freed[]> {
  const at = expression(instantSlot(now), dialect)
  const rows = await tx.query(
    dialect.compile(sql`update galley_jobs set failures = 0, run_at = ${at}, due_at = ${at}, finished_at = null, progress = 0,
      state = case when key is null then 'ready' else 'blocked' end,
      rank = case when key is null then priority else 0 end,
      lane = case when key is null then null else name || ' ' || key end,
      has_turn = case when key is null then null else 0 end
      where state = 'dead' and ${isOneOf(which, dialect)} returning name, key`),
  )
  return rows.map(freedFrom)
}

/** Removes up to `batchSize` jobs that are not held. */
export async function removeSome(
  which: RemovableJobs,
  tx: Transaction,
  { dialect }: Database,
): Promise<readonly Freed[]> {
  const state = 'state' in which ? isIn(which.state) : sql`state <> 'running'`
  return removeWhere(sql`${state} and ${isOneOf(which, dialect)}`, tx, dialect)
}

/** Removes up to `batchSize` jobs that have ended and whose time is over. */
export async function removeSomeOld(now: string, tx: Transaction, { dialect }: Database): Promise<readonly Freed[]> {
  const isOver = sql`state in ('done', 'dead', 'cancelled') and due_at <= ${expression(instantSlot(now), dialect)}`
  return removeWhere(isOver, tx, dialect)
}

export const batchSize = 1_000

/** Removes one that waits. */
export async function removeWaiting(id: string, tx: Transaction, { dialect }: Database): Promise<Freed | undefined> {
  const isMeant = sql`id = ${expression(idSlot(id), dialect)} and ${isIn('waiting')}`
  const [row] = await tx.query(dialect.compile(sql`delete from galley_jobs where ${isMeant} returning name, key`))
  return row && freedFrom(row)
}

/** Marks one that runs. */
export async function markCancelled(id: string, tx: Transaction, { dialect }: Database): Promise<boolean> {
  const isMeant = sql`id = ${expression(idSlot(id), dialect)} and state = 'running'`
  return (await tx.execute(dialect.compile(sql`update galley_jobs set is_cancelled = 1 where ${isMeant}`))) > 0
}

export async function emptyInputs(names: readonly string[], before: string, database: Database): Promise<number> {
  const { dialect } = database
  const empty = dialect.cast(jobsTable.columns.input, sql.val(dialect.encode(jobsTable.columns.input, {})))
  const isMeant = sql`state = 'dead' and ${isNamed(as(namesSlot(names, dialect), database), dialect)}`
  const statement = dialect.compile(sql`update galley_jobs set input = ${empty}
    where ${isMeant} and finished_at < ${as(instantSlot(before), database)} and input <> ${empty}`)
  return database.transaction(async (tx) => tx.execute(statement))
}

async function removeWhere(condition: Sql, tx: Transaction, dialect: SqlDialect): Promise<readonly Freed[]> {
  const rows = await tx.query(
    dialect.compile(sql`delete from galley_jobs where id in (
      select id from galley_jobs where ${condition} limit ${sql.lit(batchSize)} ${dialect.forUpdateOfFree}
    ) returning name, key`),
  )
  return rows.map(freedFrom)
}

const columns = [
  'id',
  'name',
  'state',
  'input',
  'priority',
  'key',
  'added_at',
  'run_at',
  'holder',
  'progress',
  'failures',
  'fence',
  'last_error',
  'finished_at',
] as const

async function readJobs(rest: Sql, database: Database): Promise<readonly StoredJob[]> {
  const { dialect } = database
  const list = sql.join(columns.map((name) => sql.ref(name)))
  const rows = await database.read(dialect.compile(sql`select ${list} from galley_jobs ${rest}`))
  return rows.map((row) => jobFrom(row, dialect))
}

function jobFrom(row: Row, dialect: SqlDialect): StoredJob {
  const value = (name: (typeof columns)[number]) => dialect.decode(jobsTable.columns[name], row[columns.indexOf(name)])
  const text = (name: (typeof columns)[number]) => (value(name) as string | null) ?? undefined
  const state = stateFrom(value('state') as string)
  return {
    id: value('id') as string,
    name: value('name') as string,
    state,
    input: value('input'),
    priority: value('priority') as number,
    key: text('key'),
    addedAt: value('added_at') as string,
    runAt: state === 'waiting' ? text('run_at') : undefined,
    holder: text('holder'),
    progress: value('progress') as number,
    failures: value('failures') as number,
    fence: value('fence') as number,
    lastError: text('last_error'),
    finishedAt: text('finished_at'),
  }
}

function stateFrom(stored: string): JobState {
  return stored === 'ready' || stored === 'later' || stored === 'blocked' ? 'waiting' : (stored as JobState)
}

function isOneOf(which: { readonly ids: readonly string[] } | { readonly name: string }, dialect: SqlDialect): Sql {
  if ('name' in which) return sql`name = ${expression(textSlot(which.name), dialect)}`
  return hasId(expression(idsSlot(which.ids, dialect), dialect), dialect)
}

function isIn(state: JobState): Sql {
  return sql`state in (${sql.join(storedStates[state].map((stored) => sql.lit(stored)))})`
}

function where(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`
}

function as(slot: Slot, { dialect }: Database): Sql {
  return expression(slot, dialect)
}

function freedFrom([name, key]: Row): Freed {
  return { name: name as string, key: key as string | null }
}
