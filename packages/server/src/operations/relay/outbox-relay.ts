import type { Clock } from '../../base/clock.ts'
import { reasonOf } from '../../base/reason-of.ts'
import type { DeliveredEntry } from '../../model/feature.ts'
import { Undeliverable } from '../../model/undeliverable.ts'
import type { Bus } from '../../ports/bus.ts'
import type { Database } from '../../ports/database.ts'
import type { Log } from '../../ports/log.ts'
import type { OutboxNews } from '../outbox-news.ts'
import {
  type ClaimedEntry,
  claimEntries,
  dueTimes,
  giveUpEntry,
  postponeEntry,
  removeEntry,
  renewEntry,
} from './outbox-entries.ts'
import { maxAttempts, retryDelayMs } from './retry-delay.ts'

export type Deliver = (entry: DeliveredEntry) => Promise<void>

export interface RelayParts {
  readonly database: Database
  /** Who delivers what, by the name of the entry. What nobody delivers is left alone. */
  readonly deliveries: ReadonlyMap<string, Deliver>
  readonly news: OutboxNews
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  /** How many are delivered at the same time. Default 10. */
  readonly concurrency?: number
  /** How long an entry is held by a process that may have died. Default 60 000. */
  readonly leaseMs?: number
  /** How long something that came from elsewhere may go unnoticed. Default 5 000. */
  readonly pollMs?: number
  readonly random?: () => number
}

/** What came of `deliverNow`. */
export interface Deliveries {
  readonly delivered: number
  readonly failures: readonly { readonly name: string; readonly error: unknown }[]
}

const channel = 'outbox'
const stopMs = 10_000

/**
 * Delivers what lies in the outbox, after the commit that put it there: each entry at least once, the oldest first.
 *
 * An entry is taken for a while that is prolonged as long as its delivery goes on; when its process dies, another takes it over.
 */
export class OutboxRelay {
  readonly #parts: Required<RelayParts>
  readonly #names: readonly string[]
  readonly #working = new Set<Promise<void>>()
  readonly #watchers = new Set<(name: string, error: unknown) => void>()
  #turn: Promise<unknown> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #unsubscribe = () => {}
  #isStarted = false
  #isStopped = false
  #isTurnWaiting = false
  /** Whether something was due that there was no room for. */
  #hasMore = false

  constructor(parts: RelayParts) {
    this.#parts = { concurrency: 10, leaseMs: 60_000, pollMs: 5_000, random: Math.random, ...parts }
    this.#names = [...parts.deliveries.keys()]
    // Whoever does not deliver tells those who do.
    parts.news.listen((names) => this.#onAdded(names))
  }

  /** Delivers from now on whatever is due. */
  start(): void {
    if (this.#isStarted || this.#isStopped || this.#names.length === 0) return
    this.#isStarted = true
    this.#unsubscribe = this.#parts.bus.subscribe(channel, { onMessage: () => this.#wake(), onGap: () => this.#wake() })
    this.#wake()
  }

  /** Delivers all that is due, also what is added by that, and waits for it. What fails is tried again later, as ever. */
  async deliverNow(): Promise<Deliveries> {
    let delivered = 0
    const failures: { name: string; error: unknown }[] = []
    const watch = (name: string, error: unknown) => {
      if (error === undefined) delivered += 1
      else failures.push({ name, error })
    }
    this.#watchers.add(watch)
    try {
      for (;;) {
        await this.#takeTurn()
        // What was taken, now or just before, may have added more.
        const isDone = this.#working.size === 0
        await Promise.all(this.#working)
        if (isDone || this.#isStopped) return { delivered, failures }
      }
    } finally {
      this.#watchers.delete(watch)
    }
  }

  /** Takes nothing any more, and waits up to 10 s for what is being delivered. Safe to call twice. */
  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    this.#unsubscribe()
    this.#parts.news.listen(undefined)
    await this.#turn.catch(() => {})
    const deadline = AbortSignal.timeout(stopMs)
    const isLate = new Promise<void>((resolve) => deadline.addEventListener('abort', () => resolve(), { once: true }))
    await Promise.race([Promise.all(this.#working), isLate])
  }

  #onAdded(names: ReadonlySet<string>): void {
    if (!this.#names.some((name) => names.has(name))) return
    if (this.#isStarted) this.#wake()
    else if (!this.#isStopped) this.#tellOthers()
  }

  #tellOthers(): void {
    try {
      this.#parts.bus.publish(channel, '')
    } catch (err) {
      this.#parts.log.warn({ err }, 'Other processes could not be told of something to deliver.')
    }
  }

  /** Looks soon; many calls at once are one look. */
  #wake(): void {
    if (this.#isStopped || this.#isTurnWaiting) return
    this.#isTurnWaiting = true
    clearTimeout(this.#timer)
    const look = async () => {
      const { nextInMs } = await this.#takeTurn(() => {
        this.#isTurnWaiting = false
      })
      this.#wakeIn(this.#hasMore && this.#hasRoom ? 0 : nextInMs)
    }
    look().catch((err: unknown) => {
      this.#isTurnWaiting = false
      if (this.#isStopped) return
      this.#parts.log.warn({ err }, 'What is to be delivered could not be read; it will be tried again.')
      this.#wakeIn(this.#parts.pollMs)
    })
  }

  #wakeIn(ms: number): void {
    if (this.#isStopped || this.#isTurnWaiting) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#wake(), Math.min(ms, this.#parts.pollMs)).unref()
  }

  /** One look after the other, so that two do not take more than may be delivered at once. */
  #takeTurn(onBegin: () => void = () => {}): Promise<Turn> {
    const turn = this.#turn
      .catch(() => {})
      .then(() => {
        onBegin()
        return this.#takeDue()
      })
    this.#turn = turn
    return turn
  }

  async #takeDue(): Promise<Turn> {
    const { database, clock, concurrency, leaseMs, pollMs } = this.#parts
    if (this.#isStopped || this.#names.length === 0) return { taken: 0, nextInMs: pollMs }
    const nowMs = clock.nowMs()
    let taken = 0
    let nextInMs = pollMs
    this.#hasMore = false
    for (const [name, dueAt] of await dueTimes(this.#names, database)) {
      const inMs = Date.parse(dueAt) - nowMs
      const free = concurrency - this.#working.size
      if (inMs > 0) nextInMs = Math.min(nextInMs, inMs)
      if (inMs > 0 || this.#isStopped) continue
      if (free <= 0) {
        this.#hasMore = true
        continue
      }
      const claimed = await claimEntries(name, free, { now: this.#iso(), until: this.#iso(leaseMs) }, database)
      for (const entry of claimed) this.#begin(entry)
      taken += claimed.length
      this.#hasMore ||= claimed.length === free
    }
    return { taken, nextInMs }
  }

  #begin(entry: ClaimedEntry): void {
    const work = this.#deliver(entry).finally(() => {
      this.#working.delete(work)
      if (this.#isStarted && this.#hasMore && this.#hasRoom) this.#wake()
    })
    this.#working.add(work)
  }

  /** For several: taking them one by one would cost more. */
  get #hasRoom(): boolean {
    return this.#working.size * 2 <= this.#parts.concurrency
  }

  async #deliver(entry: ClaimedEntry): Promise<void> {
    const { deliveries, leaseMs, database } = this.#parts
    const renewal = setInterval(() => {
      renewEntry(entry, this.#iso(leaseMs), database).catch(() => {}) // then another process may deliver it once more
    }, leaseMs / 3).unref()
    try {
      await deliveries.get(entry.name)!(Object.freeze({ ...entry }))
      this.#tell(entry.name, undefined)
      await removeEntry(entry, database).catch((err: unknown) => this.#onUnsettled(entry, err))
    } catch (error) {
      this.#tell(entry.name, error ?? new Error('It failed without a reason.'))
      await this.#onFailure(entry, error).catch((err: unknown) => this.#onUnsettled(entry, err))
    } finally {
      clearInterval(renewal)
    }
  }

  async #onFailure(entry: ClaimedEntry, error: unknown): Promise<void> {
    const { database, log, random } = this.#parts
    const { id, name, attempt } = entry
    const reason = reasonOf(error)
    if (attempt >= maxAttempts || error instanceof Undeliverable) {
      log.error({ err: error, id, name, attempt }, 'Something could not be delivered and was given up.')
      return giveUpEntry(entry, this.#iso(), reason, database)
    }
    const delayMs = retryDelayMs(attempt, random())
    log.warn(
      { err: error, id, name, attempt, retryInMs: delayMs },
      'Something could not be delivered; it is tried again.',
    )
    await postponeEntry(entry, this.#iso(delayMs), reason, database)
  }

  #onUnsettled({ id, name }: ClaimedEntry, err: unknown): void {
    this.#parts.log.warn({ err, id, name }, 'It could not be noted how a delivery ended: it is delivered once more.')
  }

  #tell(name: string, error: unknown): void {
    for (const watch of this.#watchers) watch(name, error)
  }

  #iso(plusMs = 0): string {
    return new Date(this.#parts.clock.nowMs() + plusMs).toISOString()
  }
}

interface Turn {
  readonly taken: number
  /** When there is something to do next, at the latest after `pollMs`. */
  readonly nextInMs: number
}
