import type { Row, SqlDialect } from '../../ports/database.ts'
import type { ClaimedJob } from '../../ports/queue.ts'

/** A row of `JobStatements.claim`. What few ask for is made when it is asked for. */
export class TakenJob implements ClaimedJob {
  readonly id: string
  readonly name: string
  readonly input: unknown
  readonly key: string | undefined
  readonly priority: number
  readonly attempt: number
  readonly fence: number
  /** As the driver gives it: to compare. */
  readonly runAt: string
  readonly #addedAt: unknown
  readonly #dialect: SqlDialect

  constructor([id, name, input, key, priority, addedAt, runAt, failures, fence]: Row, dialect: SqlDialect) {
    this.id = id as string
    this.name = name as string
    this.input = dialect.decode({ kind: 'json' }, input)
    this.key = (key as string | null) ?? undefined
    this.priority = Number(priority)
    this.attempt = Number(failures) + 1
    this.fence = Number(fence)
    this.runAt = runAt as string
    this.#addedAt = addedAt
    this.#dialect = dialect
  }

  get addedAt(): string {
    return this.#dialect.decode({ kind: 'instant' }, this.#addedAt) as string
  }
}

/** Claimed rows as jobs, in the order in which to begin them: the statement gives them in none. */
export function takenInOrder(rows: readonly Row[], dialect: SqlDialect): readonly TakenJob[] {
  // Moments of one form are in order as texts.
  return rows
    .map((row) => new TakenJob(row, dialect))
    .sort(
      (one, other) =>
        one.priority - other.priority || compareTexts(one.runAt, other.runAt) || compareTexts(one.id, other.id),
    )
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
