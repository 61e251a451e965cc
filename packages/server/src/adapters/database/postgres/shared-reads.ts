import type { Pool } from 'pg'
import type { Statement } from '../../../ports/database.ts'
import type { Connection } from './connection.ts'
import type { KnownStatement, KnownStatements } from './known-statements.ts'
import type { Answer } from './prepared-query.ts'

/** So much work, by experience, may be ahead of a read before it goes to another connection. */
const aheadMs = 1

/** A connection that has been silent for so long has something slow on it: nobody joins it. */
const stuckMs = 20

export type ReadAnswered = (error: unknown, answer: Answer | undefined, mayRunAgain: boolean) => void

/**
 * Reads that are quick by experience share connections: each is sent without waiting for the answers ahead of it.
 *
 * A statement that fails does so alone: each is a transaction of its own. Nobody has a connection for longer than reads are on it.
 */
export class SharedReads {
  readonly #pool: Pool
  readonly #connect: () => Promise<Connection>
  readonly #known: KnownStatements
  #lanes: readonly Lane[] = []
  #openingCount = 0

  constructor(pool: Pool, connect: () => Promise<Connection>, known: KnownStatements) {
    this.#pool = pool
    this.#connect = connect
    this.#known = known
  }

  read(statement: Statement, known: KnownStatement, answered: ReadAnswered): void {
    const lane = this.#laneFor(performance.now())
    const expectedMs = known.tookMs
    lane.expectedMs += expectedMs
    lane.count += 1
    const send = (connection: Connection) => {
      if (lane.sentCount === 0) lane.aheadSince = performance.now()
      lane.sentCount += 1
      connection.send(statement, known, (error, answer) => {
        this.#known.noteTime(known, lane.answer(expectedMs))
        if (connection.isBroken || connection.isWornOut) this.#close(lane)
        if (lane.count === 0) this.#release(lane, connection)
        answered(error, answer, true)
      })
    }
    lane.use(send, (error) => answered(error, undefined, false))
  }

  /** The first connection with little ahead, so that few are needed; else a new one; else the one with the least ahead. */
  #laneFor(now: number): Lane {
    let least: Lane | undefined
    const joinable = this.#joinableCount
    for (let index = 0; index < joinable; index += 1) {
      const lane = this.#lanes[index]!
      if (lane.isStuck(now)) continue
      if (lane.expectedMs < aheadMs) return lane
      if (least === undefined || lane.expectedMs < least.expectedMs) least = lane
    }
    return least === undefined || this.#hasRoom ? this.#open() : least
  }

  /** While others wait for a connection, they get those beyond a quarter of all as soon as these are done. */
  get #joinableCount(): number {
    const count = this.#lanes.length
    if (this.#pool.waitingCount <= this.#openingCount) return count
    return Math.min(count, Math.floor(this.#maxConnections / 4))
  }

  get #hasRoom(): boolean {
    return this.#pool.idleCount > 0 || this.#pool.totalCount < this.#maxConnections
  }

  get #maxConnections(): number {
    return this.#pool.options.max
  }

  #open(): Lane {
    const lane = new Lane()
    this.#lanes = [...this.#lanes, lane]
    this.#openingCount += 1
    this.#connect().then(
      (connection) => {
        this.#openingCount -= 1
        lane.open(connection)
      },
      (error: unknown) => {
        this.#openingCount -= 1
        this.#close(lane)
        lane.fail(error)
      },
    )
    return lane
  }

  #close(closed: Lane): void {
    this.#lanes = this.#lanes.filter((lane) => lane !== closed)
  }

  #release(lane: Lane, connection: Connection): void {
    this.#close(lane)
    connection.release()
  }
}

/** A connection that is shared, or will be. */
class Lane {
  /** Reads that have no answer yet, and how long they will take together. */
  count = 0
  expectedMs = 0
  /** Of these, how many are on their way, and since when the server has had the first of them. */
  sentCount = 0
  aheadSince = 0
  #connection: Connection | undefined
  #waiting: { readonly send: (connection: Connection) => void; readonly fail: (error: unknown) => void }[] = []

  isStuck(now: number): boolean {
    return this.sentCount > 0 && now - this.aheadSince > stuckMs
  }

  use(send: (connection: Connection) => void, fail: (error: unknown) => void): void {
    if (this.#connection === undefined) this.#waiting.push({ send, fail })
    else send(this.#connection)
  }

  open(connection: Connection): void {
    this.#connection = connection
    for (const { send } of this.#waiting) send(connection)
    this.#waiting = []
  }

  fail(error: unknown): void {
    for (const { fail } of this.#waiting) fail(error)
  }

  /** Notes that the first read was answered. @returns how long it took. */
  answer(expectedMs: number): number {
    const now = performance.now()
    const tookMs = now - this.aheadSince
    this.aheadSince = now
    this.sentCount -= 1
    this.count -= 1
    this.expectedMs -= expectedMs
    return tookMs
  }
}
