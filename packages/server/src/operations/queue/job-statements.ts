import type { SqlDialect, Statement } from '../../ports/database.ts'
import type { Hold, NewJob } from '../../ports/queue.ts'
import { type Sql, sql } from '../../ports/sql.ts'
import {
  hasId,
  idSlot,
  idsSlot,
  instantSlot,
  integerSlot,
  isNamed,
  jsonSlot,
  laneOf,
  namesSlot,
  textSlot,
} from './job-slots.ts'
import { keepTexts, type Slot } from './keep-texts.ts'

/** The statements that the embedded queue runs for every batch. Their text stays the same, so that they are prepared once. */
export interface JobStatements {
  /** Stores jobs, `maxInsert` at most. `givesIds`: of those that were stored. */
  insert(jobs: readonly NewJob[], now: string, givesIds: boolean): Statement
  /** Takes jobs that are ready, of each of `names` as many as `limits` says. Gives `claimedColumns`. */
  claim(names: readonly string[], limits: readonly number[], values: ClaimValues): Statement
  /** For each of `names`: the name, whether a job is ready, when the first that waits for its moment is due, and when the first lease ends. */
  probe(names: readonly string[]): Statement
  /** Lets what waited for its moment be ready. */
  ripen(names: readonly string[], now: string): Statement
  /** Takes back what is held although its lease is over. */
  takeBack(names: readonly string[], now: string): Statement
  /** Removes what was cancelled and is held although its lease is over. */
  dropCancelled(names: readonly string[], now: string): Statement
  /** Gives the next job of each lane its turn, where none has it. Gives name, state and moment of each. At most `maxLanes` lanes. */
  giveTurns(lanes: readonly string[], now: string): Statement
  /** Gives lanes where a job waits for its turn and none has it. */
  lanesWithoutTurn(): Statement
  /** Removes jobs that are done, all held with one fence. Gives id, name and key of those that were held. */
  removeDone(holds: readonly Hold[]): Statement
}

export interface ClaimValues {
  readonly limit: number
  readonly until: string
  readonly holder: string
}

export const maxInsert = 100
export const maxLanes = 100
/** So many are tended by one statement; what is left comes next. */
export const maxTended = 1_000

export const claimedColumns = [
  'id',
  'name',
  'input',
  'key',
  'priority',
  'added_at',
  'run_at',
  'failures',
  'fence',
] as const

export function jobStatements(dialect: SqlDialect): JobStatements {
  const keep = keepTexts(dialect)
  const { forUpdateOfFree } = dialect
  return {
    insert(jobs, now, givesIds) {
      const [first] = jobs
      if (jobs.length === 1 && !givesIds && isPlain(first!)) return insertPlain(first!, now)
      return keep(
        `insert ${jobs.length} ${givesIds}`,
        jobs.flatMap((job) => rowOf(job, now)),
        (slots) => {
          const size = insertedColumns.length
          const rows = jobs.map(
            (_, index) => sql`(${sql.join(slots.slice(index * size, (index + 1) * size))}, 0, 0, 0, 0)`,
          )
          return sql`insert into galley_jobs (${columnList(insertedColumns)}, fence, failures, progress, is_cancelled)
            values ${sql.join(rows)} on conflict do nothing ${givesIds ? sql`returning id` : sql``}`
        },
      )
    },

    claim(names, limits, { limit, until, holder }) {
      const perName = names.flatMap((name, index) => [textSlot(name), integerSlot(limits[index]!)])
      const slots = [...perName, integerSlot(limit), instantSlot(until), textSlot(holder)]
      return keep(`claim ${names.join(' ')}`, slots, (values) => {
        const first = names.map(
          (_, index) => sql`select * from (
            select id, rank, due_at from galley_jobs where state = 'ready' and name = ${values[2 * index]}
            order by rank, due_at, id limit ${values[2 * index + 1]} ${forUpdateOfFree}
          ) as ${sql.id(`q${index}`)}`,
        )
        const [all, leaseEnd, who] = values.slice(-3)
        return sql`with picked as materialized (
            select id from (${sql.join(first, sql` union all `)}) as every_name order by rank, due_at, id limit ${all}
          )
          update galley_jobs set state = 'running', rank = 0, due_at = ${leaseEnd}, holder = ${who}, fence = fence + 1,
            unique_key = null, progress = 0, is_cancelled = 0
          where id in (select id from picked) returning ${columnList(claimedColumns)}`
      })
    },

    probe(names) {
      const slots = names.flatMap((name) => [textSlot(name), textSlot(name), textSlot(name), textSlot(name)])
      return keep(`probe ${names.join(' ')}`, slots, (values) => {
        const rows = names.map((_, index) => {
          const [shown, ready, later, running] = values.slice(4 * index, 4 * index + 4)
          return sql`select ${shown},
            (select 1 from galley_jobs where state = 'ready' and name = ${ready} limit 1),
            (select min(due_at) from galley_jobs where state = 'later' and name = ${later} and rank = 0),
            (select min(due_at) from galley_jobs where state = 'running' and name = ${running} and rank = 0)`
        })
        return sql.join(rows, sql` union all `)
      })
    },

    ripen: (names, now) =>
      keep('ripen', [namesSlot(names, dialect), instantSlot(now)], ([inNames, until]) => {
        return sql`update galley_jobs set state = 'ready', rank = priority where id in (${overdue('later', inNames!, until!)})`
      }),

    takeBack: (names, now) =>
      keep('take back', [textSlot(gaveUp), namesSlot(names, dialect), instantSlot(now)], ([reason, inNames, until]) => {
        return sql`update galley_jobs set state = 'ready', rank = priority, due_at = run_at, holder = null,
          failures = failures + 1, last_error = ${reason}
          where id in (${overdue('running', inNames!, until!)})`
      }),

    dropCancelled: (names, now) =>
      keep('drop cancelled', [namesSlot(names, dialect), instantSlot(now)], ([inNames, until]) => {
        return sql`delete from galley_jobs where is_cancelled = 1 and id in (${overdue('running', inNames!, until!)})`
      }),

    giveTurns(lanes, now) {
      const wanted = filledUp(lanes)
      const slots = [...wanted.map(textSlot), instantSlot(now), instantSlot(now)]
      return keep(`turns ${wanted.length}`, slots, (values) => {
        const rows = values.slice(0, -2).map((lane) => sql`(${lane})`)
        const [first, second] = values.slice(-2)
        return sql`with wanted(lane) as (values ${sql.join(rows)})
          update galley_jobs set has_turn = 1,
            state = case when run_at <= ${first} then 'ready' else 'later' end,
            rank = case when run_at <= ${second} then priority else 0 end
          where id in (
            select (select b.id from galley_jobs as b where b.lane = wanted.lane and b.has_turn = 0 order by b.id limit 1)
            from wanted
            where not exists (select 1 from galley_jobs as h where h.lane = wanted.lane and h.has_turn = 1)
          ) returning name, state, run_at`
      })
    },

    lanesWithoutTurn: () =>
      keep('lanes without turn', [], () => {
        return sql`select lane from galley_jobs where lane is not null
          group by lane having max(has_turn) = 0 limit ${sql.lit(maxTended)}`
      }),

    removeDone(holds) {
      const ids = holds.map(({ id }) => id)
      return keep('done', [idsSlot(ids, dialect), integerSlot(holds[0]!.fence)], ([inIds, fence]) => {
        return sql`delete from galley_jobs
          where ${hasId(inIds!, dialect)} and fence = ${fence} and state = 'running' returning id, name, key`
      })
    },
  }

  /** The most common one, with as few values as can be: each costs every request that adds a job. */
  function insertPlain({ id, name, input, priority }: NewJob, now: string): Statement {
    const slots = [idSlot(id), textSlot(name), integerSlot(priority), integerSlot(priority), jsonSlot(input)]
    return keep('insert plain', [...slots, instantSlot(now), instantSlot(now), instantSlot(now)], (values) => {
      const columns = ['id', 'name', 'rank', 'priority', 'input', 'due_at', 'added_at', 'run_at']
      return sql`insert into galley_jobs (${columnList(columns)}, state, fence, failures, progress, is_cancelled)
        values (${sql.join(values)}, 'ready', 0, 0, 0, 0) on conflict do nothing`
    })
  }

  function overdue(state: 'later' | 'running', names: Sql, until: Sql): Sql {
    return sql`select id from galley_jobs
      where state = ${sql.lit(state)} and ${isNamed(names, dialect)} and rank = 0 and due_at <= ${until}
      order by due_at limit ${sql.lit(maxTended)} ${forUpdateOfFree}`
  }
}

const gaveUp = 'The process that held it has died, or was out of reach for too long.'

const insertedColumns = [
  'id',
  'name',
  'state',
  'rank',
  'due_at',
  'priority',
  'input',
  'key',
  'lane',
  'has_turn',
  'unique_key',
  'added_at',
  'run_at',
] as const

/** Whether it is ready at once, and nothing is to be kept in order or apart. */
function isPlain({ runAt, key, uniqueKey }: NewJob): boolean {
  return runAt === undefined && key === undefined && uniqueKey === undefined
}

function rowOf({ id, name, input, priority, runAt, key, uniqueKey }: NewJob, now: string): readonly Slot[] {
  const isLater = runAt !== undefined && runAt > now
  const state = key !== undefined ? 'blocked' : isLater ? 'later' : 'ready'
  const dueAt = instantSlot(isLater ? runAt : now)
  return [
    idSlot(id),
    textSlot(name),
    textSlot(state),
    integerSlot(state === 'ready' ? priority : 0),
    dueAt,
    integerSlot(priority),
    jsonSlot(input),
    textSlot(key ?? null),
    textSlot(key === undefined ? null : laneOf(name, key)),
    integerSlot(key === undefined ? null : 0),
    textSlot(uniqueKey === undefined ? null : laneOf(name, uniqueKey)),
    instantSlot(now),
    dueAt,
  ]
}

/** To one of few sizes, so that there are few texts: the last one is there more than once. */
function filledUp(lanes: readonly string[]): readonly string[] {
  const size = lanes.length <= 1 ? 1 : lanes.length <= 10 ? 10 : maxLanes
  return Array.from({ length: size }, (_, index) => lanes[Math.min(index, lanes.length - 1)]!)
}

function columnList(names: readonly string[]): Sql {
  return sql.join(names.map((name) => sql.ref(name)))
}

/** Few sizes, so that there are few statements. */
export function chunksOf(jobs: readonly NewJob[]): readonly (readonly NewJob[])[] {
  const chunks: (readonly NewJob[])[] = []
  for (let at = 0; at < jobs.length; at += chunks.at(-1)!.length) {
    const left = jobs.length - at
    chunks.push(jobs.slice(at, at + (left >= maxInsert ? maxInsert : left >= 10 ? 10 : 1)))
  }
  return chunks
}
