import type { SqlDialect, Statement } from '../../ports/database.ts'
import type { Hold, Outcome } from '../../ports/queue.ts'
import { type Sql, sql } from '../../ports/sql.ts'
import { holdsSlot, idsSlot, instantSlot, isHeld, textSlot } from './job-slots.ts'
import { keepTexts, type Slot } from './keep-texts.ts'

/** What becomes of jobs that ended otherwise than by being removed. Each statement gives id, name and key of those that were held. */
export interface JobEndings {
  finish(outcome: Finished, now: string): Statement
  /** Of jobs that are done and kept equally long. */
  keepDone(holds: readonly Hold[], keepMs: number, now: string): Statement
  postpone(outcome: Extract<Outcome, { kind: 'retry' }>, now: string): Statement
  release(holds: readonly Hold[]): Statement
}

export type Finished = Extract<Outcome, { kind: 'dead' | 'cancelled' }>

export function jobEndings(dialect: SqlDialect): JobEndings {
  const keep = keepTexts(dialect)
  const change = (
    name: string,
    values: readonly Slot[],
    holds: readonly Hold[],
    write: (slots: readonly Sql[]) => Sql,
  ) => {
    const ids = idsSlot(
      holds.map(({ id }) => id),
      dialect,
    )
    return keep(name, [...values, ids, holdsSlot(holds, dialect)], (slots) => {
      const [inIds, inHolds] = slots.slice(-2)
      return sql`update galley_jobs set holder = null, ${write(slots)} where ${isHeld(inIds!, inHolds!, dialect)} returning id, name, key`
    })
  }
  return {
    finish: ({ kind, hold, keepMs, error }, now) =>
      change(
        kind,
        [instantSlot(later(now, keepMs)), instantSlot(now), textSlot(error)],
        [hold],
        ([
          until,
          finished,
          reason,
        ]) => sql`state = ${sql.lit(kind)}, ${ended(until!, finished!)}, last_error = ${reason},
          failures = failures + ${sql.lit(kind === 'dead' ? 1 : 0)}`,
      ),

    keepDone: (holds, keepMs, now) =>
      change(
        'keep done',
        [instantSlot(later(now, keepMs)), instantSlot(now)],
        holds,
        ([until, finished]) => sql`state = 'done', progress = 100, ${ended(until!, finished!)}`,
      ),

    postpone({ hold, runAt, error }, now) {
      const isReady = runAt <= now
      return change(
        `postpone ${isReady}`,
        [instantSlot(runAt), instantSlot(runAt), textSlot(error)],
        [hold],
        ([
          dueAt,
          due,
          reason,
        ]) => sql`due_at = ${dueAt}, run_at = ${due}, last_error = ${reason}, failures = failures + 1,
          ${isReady ? sql`state = 'ready', rank = priority` : sql`state = 'later', rank = 0`}`,
      )
    },

    release: (holds) => change('release', [], holds, () => sql`state = 'ready', rank = priority, due_at = run_at`),
  }
}

/** What has ended keeps nobody waiting, and is removed at `until`. */
function ended(until: Sql, finished: Sql): Sql {
  return sql`rank = 0, due_at = ${until}, finished_at = ${finished}, lane = null, has_turn = null`
}

function later(now: string, ms: number): string {
  return new Date(Date.parse(now) + ms).toISOString()
}
