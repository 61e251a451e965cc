import type { MaybePromise } from '../../../base/maybe-promise.ts'
import { remembering } from '../../../base/remembering.ts'
import type { Row, Statement } from '../../../ports/database.ts'
import { isBusy, retryWhileBusy } from './busy.ts'
import type { Connection } from './connection.ts'
import type { OpenFile } from './open-file.ts'
import { type ExpectedWeight, weightFromPlan } from './plan-weight.ts'
import { ReaderPool } from './readers/reader-pool.ts'
import { startWatch } from './readers/watch.ts'
import { StatementWeight } from './statement-weight.ts'
import { TableSizes } from './table-sizes.ts'

const keptWeights = 1_024
const busyDeadlineMs = 5_000

/**
 * Runs reads where they do no harm: quick ones at once, because going anywhere else costs more than they do; heavy ones in
 * a process beside, where they have a time limit.
 */
export class Reads {
  readonly #reader: Connection
  readonly #sizes: TableSizes
  readonly #weightOf: (text: string) => StatementWeight
  /** Undefined where no other process can open the file. */
  readonly #pool: ReaderPool | undefined

  constructor({ reader, file, isInPlace }: OpenFile, statementMs: number) {
    this.#reader = reader
    this.#sizes = new TableSizes(reader)
    this.#weightOf = remembering((text) => new StatementWeight(this.#expect(text)), { capacity: keptWeights })
    this.#pool = file === undefined ? undefined : new ReaderPool({ file, isInPlace, statementMs })
  }

  read(statement: Statement): MaybePromise<readonly Row[]> {
    if (this.#pool === undefined) return this.#readHere(statement)
    const weight = this.#weightOf(statement.text)
    if (weight.isExact) return this.#readHere(statement)
    if (weight.isHeavy && this.#pool.isUsable) return this.#readAside(statement, weight, this.#pool)
    if (weight.isWatched) return this.#readWatched(statement, weight)
    const startedAt = performance.now()
    const rows = this.#readHere(statement)
    weight.ranOnLoop(performance.now() - startedAt)
    return rows
  }

  async close(): Promise<void> {
    await this.#pool?.close()
  }

  #readWatched(statement: Statement, weight: StatementWeight): MaybePromise<readonly Row[]> {
    const watch = startWatch()
    const rows = this.#readHere(statement)
    const { elapsedMs, workedMs } = watch()
    weight.ranOnLoop(elapsedMs, workedMs)
    return rows
  }

  #readHere(statement: Statement): MaybePromise<readonly Row[]> {
    try {
      return this.#reader.query(statement)
    } catch (error) {
      if (!isBusy(error)) throw error
      return retryWhileBusy(() => this.#reader.query(statement), busyDeadlineMs)
    }
  }

  async #readAside(statement: Statement, weight: StatementWeight, pool: ReaderPool): Promise<readonly Row[]> {
    const answer = await pool.read(statement, weight.isShort)
    weight.ranAside(answer)
    return answer.rows
  }

  #expect(text: string): ExpectedWeight {
    try {
      const plan = this.#reader.queryOnce({ text: `explain query plan ${text}`, parameters: [] })
      return weightFromPlan(
        text,
        plan.map((row) => String(row[3])),
        (table) => this.#sizes.isLarge(table),
      )
    } catch {
      return 'quick' // what is wrong with it is told when it runs
    }
  }
}
