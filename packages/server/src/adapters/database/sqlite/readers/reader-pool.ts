import { availableParallelism } from 'node:os'
import type { Statement } from '../../../../ports/database.ts'
import { databaseErrors } from '../../../../ports/errors.ts'
import { PendingRead } from './pending-read.ts'
import { Reader } from './reader.ts'
import type { RowsInTime } from './reader-answer.ts'

export interface ReaderPoolOptions {
  readonly file: string
  /** How long a statement may take, its waiting included. */
  readonly statementMs: number
  /** Whether the name still leads to the file that this process has open. */
  isInPlace(): boolean
  /** Default 30 000. */
  readonly idleMs?: number
}

const mostLongReads = Math.max(1, Math.min(2, availableParallelism() - 1))
/** One more than for long reads, so that what takes some milliseconds does not wait for what takes seconds. */
const mostReaders = mostLongReads + 1
const mostWaiting = 64
const defaultIdleMs = 30_000
const mostFailedStarts = 2
const restMs = 60_000
const mostRuns = 2 // reading twice does no harm

/**
 * Runs heavy statements in processes of their own, which start with the first one and end when there is nothing to do.
 *
 * Nothing stops a statement that runs in this process or in a thread of it; a process can be killed.
 */
export class ReaderPool {
  readonly #options: ReaderPoolOptions
  readonly #readers = new Set<Reader>()
  readonly #idle: Reader[] = []
  readonly #waiting: PendingRead[] = []
  readonly #running = new Set<PendingRead>()
  #idleTimer: NodeJS.Timeout | undefined
  #failedStarts = 0
  #restsUntil = 0
  #isClosed = false

  constructor(options: ReaderPoolOptions) {
    this.#options = options
  }

  /** False for a minute where processes cannot be started. */
  get isUsable(): boolean {
    return performance.now() >= this.#restsUntil
  }

  /** Of the processes that run now. */
  get processIds(): readonly number[] {
    return [...this.#readers].map((reader) => reader.processId)
  }

  /**
   * Begins to run a statement after it was asked, so it sees every commit that was acknowledged before.
   *
   * @param isShort  known to take little time.
   * @throws database_statement_timeout  when it was still running after `statementMs`.
   * @throws database_reads_busy         when too many wait, or it was still waiting after `statementMs`.
   */
  read(statement: Statement, isShort = false): Promise<RowsInTime> {
    // Whoever asks what somebody already waits for gets the same answer: crowds ask the same.
    const same = this.#waiting.find((waiting) => waiting.answersAlso(statement))
    if (same !== undefined) return same.answer
    if (this.#isClosed) return Promise.reject(databaseErrors.unavailable())
    if (this.#waiting.length >= mostWaiting) return Promise.reject(databaseErrors.reads_busy())
    const pending = new PendingRead(statement, isShort, this.#options.statementMs, (late) => this.#giveUp(late))
    this.#waiting.push(pending)
    this.#runWaiting()
    return pending.answer
  }

  /** Ends every process at once, and what they run with them. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#idleTimer)
    for (const pending of this.#waiting.splice(0)) pending.fail(databaseErrors.unavailable())
    for (const pending of this.#running) pending.fail(databaseErrors.unavailable())
    for (const reader of this.#readers) reader.kill()
    await Promise.all([...this.#readers].map((reader) => reader.ended))
  }

  #giveUp(late: PendingRead): void {
    if (late.reader !== undefined) {
      late.fail(databaseErrors.statement_timeout({ details: { seconds: late.timeoutMs / 1000 } }))
      late.reader.kill()
      return
    }
    this.#waiting.splice(this.#waiting.indexOf(late), 1)
    late.fail(databaseErrors.reads_busy())
  }

  #runWaiting(): void {
    for (let place = this.#nextPlace(); place !== -1; place = this.#nextPlace()) {
      const reader = this.#idle.pop() ?? this.#start()
      if (reader === undefined) return
      void this.#run(this.#waiting.splice(place, 1)[0] as PendingRead, reader)
    }
  }

  #nextPlace(): number {
    let longReads = 0
    for (const running of this.#running) if (!running.isShort) longReads += 1
    return this.#waiting.findIndex((waiting) => waiting.isShort || longReads < mostLongReads)
  }

  #start(): Reader | undefined {
    if (this.#readers.size >= mostReaders) return undefined
    if (!this.#options.isInPlace()) return this.#refuseWaiting()
    try {
      const reader = new Reader(this.#options.file)
      this.#readers.add(reader)
      void reader.ended.then(() => this.#forget(reader))
      return reader
    } catch {
      return this.#refuseWaiting() // where no process may be started, as under Node's permission model
    }
  }

  #refuseWaiting(): undefined {
    this.#restsUntil = performance.now() + restMs
    for (const pending of this.#waiting.splice(0)) pending.fail(databaseErrors.unavailable())
  }

  async #run(pending: PendingRead, reader: Reader): Promise<void> {
    pending.reader = reader
    pending.runs += 1
    this.#running.add(pending)
    try {
      const answer = await reader.run(pending.statement)
      if (answer === 'ended') this.#runAgain(pending)
      else pending.succeed(answer)
    } catch (error) {
      pending.fail(error)
    }
    this.#running.delete(pending)
    if (!reader.hasEnded) this.#rest(reader)
    this.#runWaiting()
  }

  /** What its process took along, without being the reason for it, runs in another one. */
  #runAgain(pending: PendingRead): void {
    if (pending.isSettled) return
    pending.reader = undefined
    if (this.#isClosed || pending.runs >= mostRuns) pending.fail(databaseErrors.unavailable())
    else this.#waiting.unshift(pending)
  }

  #rest(reader: Reader): void {
    this.#idle.push(reader)
    clearTimeout(this.#idleTimer)
    this.#idleTimer = setTimeout(() => this.#endIdle(), this.#options.idleMs ?? defaultIdleMs).unref()
  }

  #endIdle(): void {
    for (const reader of this.#idle.splice(0)) reader.kill()
  }

  #forget(reader: Reader): void {
    this.#readers.delete(reader)
    const place = this.#idle.indexOf(reader)
    if (place !== -1) this.#idle.splice(place, 1)
    this.#failedStarts = reader.hasFailedToStart ? this.#failedStarts + 1 : 0
    if (this.#failedStarts >= mostFailedStarts) this.#restsUntil = performance.now() + restMs
    this.#runWaiting()
  }
}
