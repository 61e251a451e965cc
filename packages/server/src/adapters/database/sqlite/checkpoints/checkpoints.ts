import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { CheckpointAnswer } from './checkpoint-answer.ts'

/** About this many pages of the log are moved at a time; the same as SQLite's own. */
const pagesAtATime = 1_000
/** From here on, writers wait a moment so that the log can begin anew. */
const pagesOfLongLog = 4_000
const pagesExpectedPerTransaction = 10
const program = new URL(`./checkpoint-thread${extname(import.meta.filename)}`, import.meta.url)

/**
 * Moves the log into the database file beside the event loop, since flushing a large file may take a tenth of a second.
 *
 * Should that fail or not keep up, SQLite does it in a commit once the log has `pagesOfLongestLog`.
 */
export class Checkpoints {
  readonly #file: string
  #thread: Worker | undefined
  #answer: PromiseWithResolvers<CheckpointAnswer | undefined> | undefined
  #transactions = 0
  #pagesPerTransaction = pagesExpectedPerTransaction
  #pagesBefore = 0
  #isPauseWanted = false
  #isClosing = false

  constructor(file: string) {
    this.#file = file
  }

  /** Whether nothing should be written until `complete()` has resolved. */
  get isPauseWanted(): boolean {
    return this.#isPauseWanted
  }

  /** Hears of transactions that were committed. */
  committed(count: number): void {
    this.#transactions += count
    const isDue = this.#transactions * this.#pagesPerTransaction >= pagesAtATime
    if (isDue && this.#answer === undefined && !this.#isPauseWanted) void this.#moveMost()
  }

  /** Moves what was written while most was being moved, so that the next transaction begins the log anew. */
  async complete(): Promise<void> {
    while (this.#answer !== undefined) await this.#answer.promise
    const answer = await this.#checkpoint()
    this.#isPauseWanted = false
    this.#pagesBefore = answer?.isComplete ? 0 : (answer?.pages ?? 0)
  }

  async close(): Promise<void> {
    this.#isClosing = true
    const thread = this.#thread
    if (thread === undefined) return
    const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()))
    thread.ref()
    thread.postMessage('close')
    await ended
  }

  async #moveMost(): Promise<void> {
    const transactions = this.#transactions
    this.#transactions = 0
    const answer = await this.#checkpoint()
    if (answer === undefined) return
    this.#learn(answer.pages - this.#pagesBefore, transactions)
    this.#pagesBefore = answer.pages
    // Where writing never rests there is always a transaction that began before this was done, and the log goes on.
    this.#isPauseWanted = answer.pages > pagesOfLongLog
  }

  #learn(pages: number, transactions: number): void {
    if (pages > 0) this.#pagesPerTransaction = (this.#pagesPerTransaction + pages / transactions) / 2
  }

  /** Undefined when the thread has ended. */
  async #checkpoint(): Promise<CheckpointAnswer | undefined> {
    this.#thread ??= this.#start()
    this.#answer = Promise.withResolvers()
    this.#thread.ref()
    this.#thread.postMessage('checkpoint')
    return this.#answer.promise
  }

  #start(): Worker {
    const thread = new Worker(program, { workerData: this.#file, execArgv: [], stdout: false })
    thread.on('message', (answer: CheckpointAnswer) => this.#settle(answer))
    thread.on('error', () => {}) // a later one may succeed; until then SQLite does it itself
    thread.on('exit', () => {
      this.#thread = undefined
      this.#settle(undefined)
    })
    return thread
  }

  #settle(answer: CheckpointAnswer | undefined): void {
    if (!this.#isClosing) this.#thread?.unref()
    this.#answer?.resolve(answer)
    this.#answer = undefined
  }
}
