import { setTimeout as sleep } from 'node:timers/promises'
import type { Database, Row } from '../../ports/database.ts'
import type { Log } from '../../ports/log.ts'
import { type JobStatements, maxLanes } from './job-statements.ts'

export interface TurnsParts {
  readonly database: Database
  readonly statements: JobStatements
  readonly log: Log
  readonly nowIso: () => string
  /** Jobs got their turn: rows of `giveTurns`. */
  readonly onTurns: (rows: readonly Row[]) => void
}

/**
 * Gives the jobs of a key their turn, one after the other.
 *
 * One process at a time looks for them, so that each sees what the one before has done: two jobs of one key never get a turn at once.
 */
export class Turns {
  readonly #parts: TurnsParts
  readonly #lanes = new Set<string>()
  #giving: Promise<void> | undefined
  #isClosed = false

  constructor(parts: TurnsParts) {
    this.#parts = parts
  }

  /** Somebody may be next in these lanes. */
  giveIn(lanes: Iterable<string>): void {
    for (const lane of lanes) this.#lanes.add(lane)
    if (this.#lanes.size === 0 || this.#isClosed) return
    this.#giving ??= this.#giveAll()
      .catch((err: unknown) =>
        this.#parts.log.warn({ err }, 'Jobs with a key could not be looked for; it will be tried again.'),
      )
      .finally(() => {
        this.#giving = undefined
      })
  }

  /** Resolves when all turns are given that are to be given now; undefined: none is. */
  get underWay(): Promise<void> | undefined {
    return this.#giving
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#giving
  }

  async #giveAll(): Promise<void> {
    while (this.#lanes.size > 0) {
      const some = [...this.#lanes].slice(0, maxLanes)
      for (const lane of some) this.#lanes.delete(lane)
      const rows = await this.#give(some)
      if (rows !== undefined) this.#parts.onTurns(rows)
      else if (this.#isClosed) return
      else {
        for (const lane of some) this.#lanes.add(lane)
        await sleep(busyMs)
      }
    }
  }

  /** Undefined: another process is at it, and may not have seen what happened here. */
  #give(lanes: readonly string[]): Promise<readonly Row[] | undefined> {
    const { database, statements, nowIso } = this.#parts
    return database.transaction(async (tx) => {
      if (!(await tx.tryLock('galley jobs turns'))) return undefined
      return tx.query(statements.giveTurns(lanes, nowIso()), { isLast: true })
    })
  }
}

const busyMs = 5
