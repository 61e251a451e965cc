import type { Pool } from 'pg'
import type { Statement } from '../../../ports/database.ts'
import type { Connection } from './connection.ts'
import type { KnownStatement } from './known-statements.ts'
import type { Answer } from './prepared-query.ts'

/** So much work, by experience, may be ahead of a statement before it goes to another connection. */
const aheadMs = 1

/** A connection that has been silent for so long has something slow on it: nobody joins it. */
const stuckMs = 20

/** @param wasSent  whether the server may have had it. */
export type SharedAnswered = (error: unknown, answer: Answer | undefined, wasSent: boolean) => void

export interface SharedOptions {
  readonly pool: Pool
  connect(): Promise<Connection>
  /** How much of the pool they may keep while others wait for a connection: 0 to 1. */
  readonly keptShare: number
  /** Whether those of one turn of the event loop are sent in one piece. Only of reads: see `Connection.sendGrouped`. */
  readonly isGrouped: boolean
}

/**
 * Statements that are transactions by themselves share connections: each is sent without waiting for the answers ahead of it.
 *
 * One that fails does so alone. Nobody has a connection for longer than statements are on it.
 */
export class SharedConnections {
  readonly #pool: Pool
  readonly #connect: () => Promise<Connection>
  readonly #keptCount: number
  readonly #send: 'send' | 'sendGrouped'
  #lanes: readonly Lane[] = []
  #openingCount = 0

  constructor({ pool, connect, keptShare, isGrouped }: SharedOptions) {
    this.#send = isGrouped ? 'sendGrouped' : 'send'
    this.#pool = pool
    this.#connect = connect
    this.#keptCount = Math.floor(pool.options.max * keptShare)
  }

  /** @returns what the statement is on. */
  send(statement: Statement, known: KnownStatement, answered: SharedAnswered): Abandonable {
    const lane = this.#laneFor(performance.now())
    const expectedMs = known.tookMs
    lane.expectedMs += expectedMs
    lane.count += 1
    const send = (connection: Connection) => {
      if (lane.sentCount === 0) lane.aheadSince = performance.now()
      lane.sentCount += 1
      connection[this.#send](statement, known, (error, answer) => {
        lane.answer(known, expectedMs, answer?.isFollowed === true)
        if (connection.isBroken || connection.isWornOut) this.#close(lane)
        if (lane.count === 0) this.#release(lane, connection)
        answered(error, answer, true)
      })
    }
    lane.use(send, (error) => answered(error, undefined, false))
    return lane
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

  /** While others wait for a connection, they get those that are not kept as soon as these are done. */
  get #joinableCount(): number {
    const count = this.#lanes.length
    if (this.#pool.waitingCount <= this.#openingCount) return count
    return Math.min(count, this.#keptCount)
  }

  get #hasRoom(): boolean {
    return this.#pool.idleCount > this.#pool.waitingCount || this.#pool.totalCount < this.#pool.options.max
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

/** What can be ended at once, whatever it is doing, and whoever else is on it. */
export interface Abandonable {
  abandon(): void
}

/** A connection that is shared, or will be. */
class Lane implements Abandonable {
  /** Statements that have no answer yet, and how long they will take together. */
  count = 0
  expectedMs = 0
  /** Of these, how many are on their way, and since when the server has had the first of them. */
  sentCount = 0
  aheadSince = 0
  readonly #answered: KnownStatement[] = []
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

  abandon(): void {
    this.#connection?.abandon()
  }

  /** Notes that the first statement was answered. What is answered together has taken its time together. */
  answer(known: KnownStatement, expectedMs: number, isFollowed: boolean): void {
    this.sentCount -= 1
    this.count -= 1
    this.expectedMs -= expectedMs
    this.#answered.push(known)
    if (!isFollowed) this.#noteTimes()
  }

  #noteTimes(): void {
    const now = performance.now()
    const tookMs = (now - this.aheadSince) / this.#answered.length
    for (const known of this.#answered) known.noteTime(tookMs)
    this.#answered.length = 0
    this.aheadSince = now
  }
}
