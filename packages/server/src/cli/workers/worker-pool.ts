import cluster, { type Worker } from 'node:cluster'
import { setTimeout as wait } from 'node:timers/promises'
import { relayBus } from '../../adapters/bus/cluster/index.ts'
import type { Log } from '../../ports/log.ts'
import { withoutEnvironmentFile } from '../environment-file.ts'
import { cliErrors } from '../errors.ts'
import { isReady, type Order, type Ready, type WorkerPart } from './messages.ts'
import { untakenConnection } from './untaken-connection.ts'

/** A worker that ends sooner than this after its start has failed. */
const shortLifeMs = 10_000
/** So many workers in a row fail while none serves: then there is no use in another. */
const mostFailures = 5
const firstPauseMs = 200
const longestPauseMs = 30_000
/** Longer than a clean end takes. */
const retireDeadlineMs = 60_000

interface End {
  readonly code: number | null
  readonly signal: string | null
  /** From its start. */
  readonly ms: number
}

/** Keeps as many workers serving as are wanted. */
export class WorkerPool {
  readonly #count: number
  readonly #log: Log
  /** Every process there is: starting, serving, or on its way out. */
  readonly #all = new Set<Worker>()
  /** Oldest first. */
  readonly #serving = new Set<Worker>()
  /** Lets the workers hear each other. */
  readonly #joinBus = relayBus()
  readonly #stopping = new AbortController()
  readonly #ended = Promise.withResolvers<number>()
  #banner = ''
  /** Workers in a row that ended soon after their start. */
  #failures = 0
  #exitCode = 0
  #starts: Promise<void> = Promise.resolve()
  #isRestartWaiting = false

  constructor(count: number, log: Log) {
    this.#count = count
    this.#log = log
  }

  /**
   * Starts the workers: the first alone, because it may have a database to make, then the others.
   *
   * @returns the exit code, once all have ended.
   * @throws cli_workers_died  when they keep ending by themselves.
   */
  run(): Promise<number> {
    this.#starts = this.#startAll()
    return this.#ended.promise
  }

  /** Replaces every worker by a new one, one after the other. Asked for during a start or a restart, it comes after that. */
  restart(): void {
    if (this.#isRestartWaiting) return
    this.#isRestartWaiting = true
    this.#starts = this.#starts.then(() => this.#replaceAll())
  }

  /** Tells all workers to finish what they are doing. Safe to call twice. */
  stop(): void {
    this.#stopping.abort()
    for (const worker of this.#all) tell(worker, 'stop')
    this.#endWhenEmpty()
  }

  /** Ends all workers at once. */
  kill(): void {
    for (const worker of this.#all) worker.process.kill('SIGKILL')
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted
  }

  async #startAll(): Promise<void> {
    const end = await this.#startOne('first')
    if (end !== undefined) return this.#ended.resolve(end.code ?? 1) // as without workers: it has said why
    await Promise.all(Array.from({ length: this.#count - 1 }, () => this.#addOne()))
    if (!this.#isStopping) console.error(`${this.#banner}${aboutWorkers(this.#count)}\n`)
  }

  async #replaceAll(): Promise<void> {
    this.#isRestartWaiting = false
    const startedMs = performance.now()
    for (let index = 0; index < this.#count && !this.#isStopping; index += 1) {
      const end = await this.#startOne(index === 0 ? 'first' : 'next')
      if (end === undefined || this.#isStopping) continue
      return this.#log.error(end, 'a new worker did not start: nothing more is replaced, those there were go on')
    }
    const data = { workers: this.#count, ms: Math.round(performance.now() - startedMs) }
    if (!this.#isStopping) this.#log.info(data, 'all workers were replaced')
  }

  /** Starts workers until one serves, with longer and longer pauses between them. */
  async #addOne(): Promise<void> {
    while (!this.#isStopping) {
      if (this.#failures >= mostFailures && this.#serving.size === 0) return this.#giveUp()
      await this.#pause()
      const end = this.#isStopping ? undefined : await this.#startOne('next')
      if (end === undefined || this.#isStopping) return
      this.#failures += 1
      this.#log.error({ ...end, failures: this.#failures }, 'a worker did not start')
    }
  }

  /** None after the first failure. */
  #pause(): Promise<void> {
    const ms = this.#failures < 2 ? 0 : Math.min(firstPauseMs * 2 ** (this.#failures - 2), longestPauseMs)
    return wait(ms, undefined, { signal: this.#stopping.signal }).catch(() => {})
  }

  #giveUp(): void {
    this.#ended.reject(cliErrors.workers_died({ details: { count: this.#failures } }))
    this.stop()
  }

  /** Starts a worker and waits until it serves, which makes the oldest one too many. Returns how it has ended instead. */
  #startOne(part: WorkerPart): Promise<End | undefined> {
    const startedMs = performance.now()
    const worker = cluster.fork({ ...withoutEnvironmentFile(), GALLEY_WORKER: part })
    const closeUntaken = untakenConnection(worker)
    const { promise, resolve } = Promise.withResolvers<End | undefined>()
    this.#all.add(worker)
    const member = this.#joinBus(worker.process)
    worker.on('message', (message: unknown) => {
      if (!isReady(message)) return
      this.#adopt(worker, message)
      resolve(undefined)
    })
    const onEnd = (code: number | null, signal: string | null) => {
      const end = { code, signal, ms: Math.round(performance.now() - startedMs) }
      member.leave(code !== 0)
      resolve(end)
      if (this.#serving.has(worker)) closeUntaken()
      this.#onEnd(worker, end)
    }
    worker.once('exit', onEnd)
    worker.once('error', () => onEnd(null, null)) // the machine has no room for another process
    return promise
  }

  #adopt(worker: Worker, { banner }: Ready): void {
    this.#banner ||= banner
    this.#serving.add(worker)
    this.#log.info(nameOf(worker), 'a worker serves')
    const [oldest] = this.#serving
    if (this.#serving.size > this.#count) this.#retire(oldest!)
  }

  #retire(worker: Worker): void {
    this.#serving.delete(worker)
    tell(worker, 'retire')
    const deadline = setTimeout(() => worker.process.kill('SIGKILL'), retireDeadlineMs)
    worker.once('exit', () => clearTimeout(deadline))
  }

  #onEnd(worker: Worker, end: End): void {
    this.#all.delete(worker)
    const wasServing = this.#serving.delete(worker)
    if (this.#isStopping) {
      this.#exitCode ||= end.code ?? 1
      this.#endWhenEmpty()
    }
    if (this.#isStopping || !wasServing) return // who started it, or sent it away, knows
    this.#failures = end.ms < shortLifeMs ? this.#failures + 1 : 0
    this.#log.error({ ...nameOf(worker), ...end }, 'a worker has ended by itself')
    void this.#addOne()
  }

  #endWhenEmpty(): void {
    if (this.#all.size === 0) this.#ended.resolve(this.#exitCode)
  }
}

function tell(worker: Worker, word: Order['galley']): void {
  if (worker.isConnected()) worker.send({ galley: word } satisfies Order, () => {}) // it may be ending by itself just now
}

function nameOf({ id, process: { pid } }: Worker) {
  return { worker: id, pid }
}

function aboutWorkers(count: number): string {
  const serve = count === 1 ? '1 worker serves' : `${count} workers serve`
  return `${serve} it. To replace them without a pause, by new ones with the files as they are then: kill -HUP ${process.pid}`
}
