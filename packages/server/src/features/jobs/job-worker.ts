import { hostname } from 'node:os'
import type { ClaimedJob, Hold, JobModel, Outcome } from '../../plugin.ts'
import { jobErrors } from './errors.ts'
import { HeldJob } from './held-job.ts'
import { type JobPlace, runJob } from './run-job.ts'
import { Settler } from './settler.ts'
import { SlowStart } from './slow-start.ts'

export interface WorkerParts {
  readonly jobs: ReadonlyMap<string, JobModel>
  readonly place: JobPlace
  /** How many jobs this process does at the same time. Default 20. */
  readonly concurrency?: number
  /** How long a job is held by a process that may have died. Default 20 000. */
  readonly leaseMs?: number
}

/** What came of jobs. */
export interface JobsDone {
  readonly delivered: number
  readonly failures: readonly { readonly name: string; readonly error: unknown }[]
}

/** Jobs that are fetched ahead, so that quick ones need not wait for the next batch: what is done in so long, but no more than so many. */
const aheadMs = 100
const maxAhead = 480
/** What was fetched ahead and has not begun after so long is given back. */
const longestWaitMs = 1_000
/** How long something that nobody tells of may go unnoticed. */
const pollMs = 1_000
/** So much longer than its time a job may take. */
const timesMs = 200
/** Who is told to end gets so long to do it in order. */
const graceMs = 2_000

/** Does the jobs of a queue, as many at the same time as there are places. */
export class JobWorker {
  readonly #jobs: ReadonlyMap<string, JobModel>
  readonly #place: JobPlace
  readonly #concurrency: number
  readonly #leaseMs: number
  readonly #settler: Settler
  readonly #holder = `${hostname()} ${process.pid}`
  /** All that is held, by id. */
  readonly #held = new Map<string, HeldJob>()
  /** Of those, what has not begun, in order. */
  readonly #waiting: HeldJob[] = []
  readonly #countOf = new Map<string, number>()
  readonly #watchers = new Set<(name: string, error: unknown) => void>()
  readonly #idlers = new Set<() => void>()
  #runningCount = 0
  #claiming: Promise<number> | undefined
  /** Whether there may be more than was taken. */
  #isHungry = false
  readonly #start = new SlowStart()
  #isStarted = false
  #isStopping = false
  #ended: { count: number; sinceMs: number } = { count: 0, sinceMs: 0 }
  #ahead = 0
  #lookTimer: NodeJS.Timeout | undefined
  #beatTimer: NodeJS.Timeout | undefined
  #timesTimer: NodeJS.Timeout | undefined
  #unlisten = () => {}

  constructor({ jobs, place, concurrency = 20, leaseMs = 20_000 }: WorkerParts) {
    this.#jobs = jobs
    this.#place = place
    this.#concurrency = concurrency
    this.#leaseMs = leaseMs
    this.#settler = new Settler({
      queue: place.queue,
      log: place.log,
      onSettled: (outcomes, lost) => this.#onSettled(outcomes, lost),
    })
  }

  /** Does from now on whatever is due. */
  start(): void {
    if (this.#isStarted || this.#isStopping || this.#jobs.size === 0) return
    this.#isStarted = true
    this.#unlisten = this.#place.queue.listen({
      onJobs: () => this.#wake(),
      onCancel: (id) => this.#onCancelled(id),
    })
    this.#wake()
  }

  /** Does all that is due, also what is added by that, and waits for it. What fails is tried again later, as ever. */
  async runDue(): Promise<JobsDone> {
    let delivered = 0
    const failures: { name: string; error: unknown }[] = []
    const watch = (name: string, error: unknown) => {
      if (error === undefined) delivered += 1
      else failures.push({ name, error })
    }
    this.#watchers.add(watch)
    try {
      while (!this.#isStopping && this.#jobs.size > 0) {
        await this.#claiming
        const count = await this.#claimOnce(true)
        if (count === 0 && this.#held.size === 0) break
        await this.#allEnded()
      }
      return { delivered, failures }
    } finally {
      this.#watchers.delete(watch)
    }
  }

  /**
   * Takes nothing any more, waits for what is under way, and gives back what could not be finished. Safe to call twice.
   *
   * @param deadlineMs  how long it waits. Default 10 000.
   */
  async stop(deadlineMs = 10_000): Promise<void> {
    if (this.#isStopping) return this.#allEnded()
    this.#isStopping = true
    clearTimeout(this.#lookTimer)
    this.#unlisten()
    await this.#claiming?.catch(() => {})
    for (const { claimed } of this.#waiting.splice(0)) this.#settler.add({ kind: 'release', hold: claimed })
    const timer = setTimeout(() => {
      for (const held of this.#held.values()) held.stop('stopping', jobErrors.stopping(), graceMs)
    }, deadlineMs)
    await this.#allRun()
    clearTimeout(timer)
    await this.#settler.stop()
    clearTimeout(this.#beatTimer)
    clearTimeout(this.#timesTimer)
  }

  // ── taking

  #wake(): void {
    this.#isHungry = true
    this.#fill()
  }

  /** Takes more, when there is room for it and it is time to. */
  #fill(): void {
    if (!this.#isStarted || this.#isStopping || !this.#isHungry || this.#claiming !== undefined) return
    const hasPlace = this.#ahead > 0 || this.#runningCount < this.#concurrency
    if (!hasPlace || this.#waiting.length > this.#ahead / 2) return
    if (this.#heldCount >= this.#start.room) {
      this.#lookIn(this.#start.nextInMs)
      return
    }
    this.#claimOnce(false).then(
      () => this.#fill(),
      (err: unknown) => {
        this.#place.log.warn({ err }, 'Jobs could not be taken; it will be tried again.')
        this.#lookIn(pollMs)
      },
    )
  }

  #claimOnce(isThorough: boolean): Promise<number> {
    this.#claiming = this.#claim(isThorough).finally(() => {
      this.#claiming = undefined
    })
    return this.#claiming
  }

  async #claim(isThorough: boolean): Promise<number> {
    const room = this.#isStarted ? this.#start.room : Number.POSITIVE_INFINITY
    const limit = Math.max(Math.min(this.#concurrency + this.#ahead, room) - this.#heldCount, 1)
    const places = new Map([...this.#jobs.values()].map((job) => [job.name, this.#placesFor(job, limit)]))
    this.#isHungry = false
    const { jobs, nextInMs } = await this.#place.queue.claim({
      places,
      limit: Math.min(limit, 1_000),
      leaseMs: this.#leaseMs,
      holder: this.#holder,
      isThorough,
    })
    this.#take(jobs)
    if (nextInMs === 0) this.#isHungry = true
    else this.#lookIn(Math.min(nextInMs ?? pollMs, pollMs))
    return jobs.length
  }

  #placesFor({ name, concurrency }: JobModel, limit: number): number {
    return concurrency === undefined ? limit : Math.max(concurrency - (this.#countOf.get(name) ?? 0), 0)
  }

  #lookIn(ms: number): void {
    if (!this.#isStarted || this.#isStopping) return
    clearTimeout(this.#lookTimer)
    this.#lookTimer = setTimeout(() => this.#wake(), ms).unref()
  }

  /** Those that wait or are under way. */
  get #heldCount(): number {
    return this.#runningCount + this.#waiting.length
  }

  #take(jobs: readonly ClaimedJob[]): void {
    this.#start.taken(jobs)
    const untilMs = this.#place.clock.nowMs() + this.#leaseMs
    for (const claimed of jobs) {
      const held = new HeldJob(claimed, this.#jobs.get(claimed.name)!, untilMs)
      this.#held.set(claimed.id, held)
      this.#waiting.push(held)
      this.#countOf.set(claimed.name, (this.#countOf.get(claimed.name) ?? 0) + 1)
    }
    if (jobs.length > 0) this.#beatLater()
    this.#begin()
  }

  // ── doing

  #begin(): void {
    while (this.#runningCount < this.#concurrency && this.#waiting.length > 0 && !this.#isStopping) {
      const held = this.#waiting.shift()!
      this.#runningCount += 1
      void this.#run(held)
    }
    if (this.#runningCount > 0) this.#lookAtTimes()
  }

  /** Times are long and their ends seldom: one look at all of them now and then costs less than a timer for each. */
  #lookAtTimes(): void {
    this.#timesTimer ??= setTimeout(() => {
      this.#timesTimer = undefined
      const nowMs = performance.now()
      for (const held of this.#held.values()) if (held.endsAtMs <= nowMs) this.#stopLate(held)
      if (this.#waiting.some((held) => nowMs - held.takenAtMs > longestWaitMs)) this.#giveBack()
      if (this.#runningCount > 0) this.#lookAtTimes()
    }, timesMs)
  }

  /** They take longer than those before: others may have places for what waits here. */
  #giveBack(): void {
    this.#ahead = 0
    for (const held of [...this.#waiting]) {
      this.#removeWaiting(held)
      this.#settler.add({ kind: 'release', hold: held.claimed })
    }
  }

  #stopLate(held: HeldJob): void {
    const { name, timeoutMs } = held.model
    held.stop('timeout', jobErrors.timed_out({ details: { name, timeoutMs } }), 0)
  }

  async #run(held: HeldJob): Promise<void> {
    const { outcome, error } = await runJob(held, this.#place)
    this.#runningCount -= 1
    this.#start.ended()
    this.#leave(held)
    this.#measure()
    if (outcome?.kind === 'done') this.#tell(held.model.name, undefined)
    else if (outcome !== undefined && outcome.kind !== 'release') this.#tell(held.model.name, error)
    if (outcome === undefined) this.#forgetHold(held.claimed)
    else this.#settler.add(outcome)
    this.#tellIdlers() // of one less that runs: it may take long until the queue can be told
    this.#begin()
    this.#fill()
  }

  /** It takes no place any more. */
  #leave({ model: { name, concurrency } }: HeldJob): void {
    const count = this.#countOf.get(name)! - 1
    if (count === 0) this.#countOf.delete(name)
    else this.#countOf.set(name, count)
    // More of it may have been left where they were, because this one took the place.
    if (concurrency !== undefined && count === concurrency - 1) this.#isHungry = true
  }

  #onSettled(outcomes: readonly Outcome[], lost: readonly string[]): void {
    for (const { hold } of outcomes) this.#forgetHold(hold)
    if (lost.length > 0)
      this.#place.log.warn(
        { ids: lost },
        'Jobs had been taken over before it was noted how they ended; they are done once more.',
      )
  }

  /** What was given back, or lost, may have been taken again meanwhile. */
  #forgetHold({ id, fence }: Hold): void {
    if (this.#held.get(id)?.claimed.fence === fence) this.#forget(id)
  }

  #forget(id: string): void {
    this.#held.delete(id)
    this.#tellIdlers()
  }

  #tell(name: string, error: unknown): void {
    for (const watch of this.#watchers) watch(name, error)
  }

  /** How many are worth fetching ahead follows from how many end. */
  #measure(): void {
    this.#ended.count += 1
    if (this.#ended.count < 64) return
    const nowMs = performance.now()
    const perMs = this.#ended.count / Math.max(nowMs - this.#ended.sinceMs, 1)
    const wanted = Math.min(Math.round(perMs * aheadMs), maxAhead)
    this.#ahead = wanted < this.#concurrency ? 0 : wanted
    this.#ended = { count: 0, sinceMs: nowMs }
  }

  // ── holding

  #beatLater(): void {
    this.#beatTimer ??= setTimeout(() => {
      this.#beatTimer = undefined
      this.#beat().finally(() => {
        if (this.#held.size > 0) this.#beatLater()
      })
    }, this.#leaseMs / 4).unref()
  }

  /** Keeps what is held, in one statement. */
  async #beat(): Promise<void> {
    const { queue, clock, log } = this.#place
    const nowMs = clock.nowMs()
    // What was taken a moment ago has time until the next beat.
    const due = [...this.#held.values()].filter(({ untilMs }) => untilMs - nowMs < this.#leaseMs * 0.9)
    if (due.length === 0) return
    try {
      const { lost, cancelled } = await queue.extend(
        due.map(({ claimed }) => claimed),
        this.#leaseMs,
      )
      for (const held of due) held.untilMs = nowMs + this.#leaseMs
      for (const id of lost) this.#onLost(id)
      for (const id of cancelled) this.#onCancelled(id)
    } catch (err) {
      log.warn({ err }, 'Jobs that are under way could not be held for longer; it will be tried again.')
      for (const { claimed, untilMs } of due) if (untilMs <= clock.nowMs()) this.#onLost(claimed.id)
    }
  }

  #onLost(id: string): void {
    const held = this.#held.get(id)
    if (held === undefined) return
    this.#place.log.warn({ id, name: held.model.name }, 'Another process has taken a job over that is under way here.')
    if (this.#removeWaiting(held)) this.#forget(id)
    else held.stop('lost', jobErrors.lost(), 0)
  }

  #onCancelled(id: string): void {
    const held = this.#held.get(id)
    if (held === undefined) return
    const error = 'It was cancelled before it began.'
    if (this.#removeWaiting(held)) this.#settler.add({ kind: 'cancelled', hold: held.claimed, keepMs: 0, error })
    else held.stop('cancelled', jobErrors.cancelled(), graceMs)
  }

  #removeWaiting(held: HeldJob): boolean {
    const index = this.#waiting.indexOf(held)
    if (index < 0) return false
    this.#waiting.splice(index, 1)
    this.#leave(held)
    return true
  }

  // ── waiting for the end

  #allEnded(): Promise<void> {
    return this.#until(() => this.#held.size === 0)
  }

  #allRun(): Promise<void> {
    return this.#until(() => this.#runningCount === 0)
  }

  #tellIdlers(): void {
    for (const look of this.#idlers) look()
  }

  #until(isSo: () => boolean): Promise<void> {
    if (isSo()) return Promise.resolve()
    return new Promise((resolve) => {
      const look = () => {
        if (!isSo()) return
        this.#idlers.delete(look)
        resolve()
      }
      this.#idlers.add(look)
    })
  }
}
