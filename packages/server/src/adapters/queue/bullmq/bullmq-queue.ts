import type {
  Claimed,
  ClaimRequest,
  DeadJobs,
  Extended,
  Hold,
  JobCount,
  ListQuery,
  NewJob,
  Outcome,
  Queue,
  QueueListener,
  RemovableJobs,
  StoredJob,
} from '../../../ports/queue.ts'
import { queueErrors } from '../../../ports/queue-errors.ts'
import { addJobs } from './add-jobs.ts'
import { claimJobs } from './claim-jobs.ts'
import { extendHolds } from './extend-holds.ts'
import type { JobData } from './lane.ts'
import { sweepLines } from './lines.ts'
import { loadDrivers } from './load-drivers.ts'
import { News } from './news.ts'
import { findJob, listJobs } from './read-jobs.ts'
import { settleJobs, tokenOf } from './settle-jobs.ts'
import { Shelf } from './shelf.ts'
import { cancelJob, countJobs, forgetInputs, removeJobs, removeOldJobs, retryDead } from './tend-jobs.ts'
import { Ticks } from './ticks.ts'

export interface BullmqOptions {
  /** `redis://user:password@host:6379/0` or `rediss://…` (TLS). */
  readonly url: string
  /** What every name in Redis begins with; in braces, so that a cluster keeps all of it in one place. Default `{galley}`. */
  readonly prefix?: string
}

const sweepPauseMs = 2_000

/**
 * Opens a queue that BullMQ keeps in Redis: one of its queues for each name of a job, so that its own tools can be used to look at them.
 *
 * @throws queue_driver_missing, queue_unavailable
 */
export async function openBullmqQueue({ url, prefix = '{galley}' }: BullmqOptions): Promise<Queue> {
  const drivers = await loadDrivers()
  const redis = new drivers.ioredis.Redis(url, { maxRetriesPerRequest: 3, lazyConnect: true })
  redis.on('error', () => {}) // told by the call that fails
  await redis.connect().catch((cause: unknown) => {
    redis.disconnect()
    throw queueErrors.unavailable({ cause })
  })
  return new BullmqQueue(new Shelf(redis, prefix, drivers))
}

class BullmqQueue implements Queue {
  readonly isTransactional = false
  readonly #shelf: Shelf
  readonly #news: News
  #ticks: Ticks | undefined
  readonly #cursors = new Map<string, string>()
  #sweepMs = 0
  #isClosed = false

  constructor(shelf: Shelf) {
    this.#shelf = shelf
    this.#news = new News(shelf.redis, shelf.keys.news)
  }

  async add(jobs: readonly NewJob[]): Promise<readonly string[]> {
    this.#requireOpen()
    const ids = await addJobs(jobs, this.#shelf)
    if (ids.length > 0) this.#news.tellJobs()
    return ids
  }

  committed(): void {}

  async claim(request: ClaimRequest): Promise<Claimed> {
    this.#requireOpen()
    await this.#sweep(request.places.keys())
    return claimJobs(request, this.#shelf)
  }

  async extend(holds: readonly Hold[], leaseMs: number): Promise<Extended> {
    this.#requireOpen()
    return extendHolds(holds, leaseMs, this.#shelf)
  }

  async settle(outcomes: readonly Outcome[]): Promise<readonly string[]> {
    this.#requireOpen()
    const over = await settleJobs(outcomes, this.#shelf)
    this.#news.tellJobs() // one that waits again, or the next of a key
    return over
  }

  async progress(hold: Hold, percent: number): Promise<boolean> {
    if (!(await this.holds(hold))) return false
    const { worker } = await this.#shelf.lane(hold.name)
    const job = await this.#shelf.bullmq.Job.fromId<JobData>(worker, hold.id)
    await job?.updateProgress(percent)
    return job !== undefined
  }

  async holds(hold: Hold): Promise<boolean> {
    this.#requireOpen()
    const { keys } = await this.#shelf.lane(hold.name)
    return (await this.#shelf.redis.get(keys.lock(hold.id))) === tokenOf(hold)
  }

  async cancel(id: string): Promise<'removed' | 'told' | undefined> {
    this.#requireOpen()
    const outcome = await cancelJob(id, this.#shelf)
    if (outcome === 'told') this.#news.tellCancel(id)
    if (outcome === 'removed') this.#news.tellJobs()
    return outcome
  }

  async find(id: string): Promise<StoredJob | undefined> {
    this.#requireOpen()
    return findJob(id, this.#shelf)
  }

  async list(query: ListQuery): Promise<readonly StoredJob[]> {
    this.#requireOpen()
    return listJobs(query, this.#shelf)
  }

  async count(): Promise<readonly JobCount[]> {
    this.#requireOpen()
    return countJobs(this.#shelf)
  }

  async retry(which: DeadJobs): Promise<number> {
    this.#requireOpen()
    const count = await retryDead(which, this.#shelf)
    if (count > 0) this.#news.tellJobs()
    return count
  }

  async remove(which: RemovableJobs): Promise<number> {
    this.#requireOpen()
    const count = await removeJobs(which, this.#shelf)
    if (count > 0) this.#news.tellJobs()
    return count
  }

  async forgetInputs(names: readonly string[], before: string): Promise<number> {
    this.#requireOpen()
    return forgetInputs(names, before, this.#shelf)
  }

  async removeOld(): Promise<number> {
    this.#requireOpen()
    return removeOldJobs(this.#shelf)
  }

  async lastTick(schedule: string): Promise<string | undefined> {
    return this.#openTicks().last(schedule)
  }

  async tick(schedule: string, moment: string, job: NewJob | undefined): Promise<boolean> {
    const isFirst = await this.#openTicks().tick(schedule, moment, job)
    if (isFirst && job !== undefined) this.#news.tellJobs()
    return isFirst
  }

  listen(listener: QueueListener): () => void {
    this.#requireOpen()
    return this.#news.listen(listener)
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#news.close()
    await this.#ticks?.close()
    await this.#shelf.close()
  }

  #requireOpen(): void {
    if (this.#isClosed) throw queueErrors.closed()
  }

  #openTicks(): Ticks {
    this.#requireOpen()
    this.#ticks ??= new Ticks(this.#shelf.apart())
    return this.#ticks
  }

  async #sweep(names: Iterable<string>): Promise<void> {
    if (performance.now() < this.#sweepMs) return
    this.#sweepMs = performance.now() + sweepPauseMs
    for (const lane of await this.#shelf.lanes(names))
      this.#cursors.set(lane.name, await sweepLines(lane, this.#shelf, this.#cursors.get(lane.name) ?? '0'))
  }
}
