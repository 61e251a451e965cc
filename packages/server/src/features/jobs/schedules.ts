import { Cron } from 'croner'
import { type Clock, isTicked, type JobModel, type Log, type NewJob, type Queue } from '../../plugin.ts'
import { jobErrors } from './errors.ts'

export interface SchedulesParts {
  readonly queue: Queue
  readonly jobs: ReadonlyMap<string, JobModel>
  readonly clock: Clock
  readonly log: Log
  /** The job as its schedule adds it. */
  readonly newJob: (job: JobModel) => NewJob
}

/** Clocks are set and machines sleep: nobody waits for longer without a look. */
const longestWaitMs = 60_000

interface Schedule {
  readonly job: JobModel
  readonly cron: Cron
  /** The latest moment that has been seen to. */
  last: string | undefined
}

/** Adds jobs when their schedules say so: each moment once across all processes, and what was missed meanwhile once. */
export class Schedules {
  readonly #parts: SchedulesParts
  readonly #schedules: readonly Schedule[]
  #timer: NodeJS.Timeout | undefined
  #ticking: Promise<void> = Promise.resolve()
  #isStopped = false

  /** @throws job_schedule_invalid */
  constructor(parts: SchedulesParts) {
    this.#parts = parts
    this.#schedules = [...parts.jobs.values()]
      .filter(({ schedule }) => schedule !== undefined)
      .map((job) => ({ job, cron: cronOf(job), last: undefined }))
  }

  start(): void {
    if (this.#schedules.length === 0 || this.#isStopped) return
    const go = () => {
      this.tick()
        .catch((err: unknown) =>
          this.#parts.log.warn({ err }, 'Scheduled jobs could not be added; it will be tried again.'),
        )
        .finally(() => {
          if (!this.#isStopped) this.#timer = setTimeout(go, this.#nextInMs()).unref()
        })
    }
    go()
  }

  /** Adds what is due by now. */
  tick(): Promise<void> {
    this.#ticking = this.#ticking
      .catch(() => {})
      .then(async () => {
        for (const schedule of this.#schedules) await this.#tickOne(schedule)
      })
    return this.#ticking
  }

  /** Waits for what is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#ticking.catch(() => {})
  }

  async #tickOne(schedule: Schedule): Promise<void> {
    const { queue, clock, newJob } = this.#parts
    const { job, cron } = schedule
    const nowMs = clock.nowMs()
    const moment = latestOf(cron, nowMs)
    schedule.last ??= (await queue.lastTick(job.name)) ?? (await this.#begin(job.name, nowMs))
    if (moment === undefined || isTicked(schedule.last, moment, nowMs)) return
    await queue.tick(job.name, moment, newJob(job))
    schedule.last = moment
  }

  /** What was due before there was the schedule is not made up for. */
  async #begin(name: string, nowMs: number): Promise<string> {
    const moment = new Date(nowMs).toISOString()
    await this.#parts.queue.tick(name, moment, undefined)
    return moment
  }

  #nextInMs(): number {
    const nowMs = this.#parts.clock.nowMs()
    const next = this.#schedules.map(({ cron }) => (cron.nextRun(new Date(nowMs))?.getTime() ?? Infinity) - nowMs)
    return Math.min(Math.max(Math.min(...next), 10), longestWaitMs)
  }
}

function cronOf({ name, schedule }: JobModel): Cron {
  const { pattern, timeZone } = schedule!
  try {
    const cron = new Cron(pattern, { timezone: timeZone, paused: true })
    cron.nextRun() // a time zone that does not exist is told when it is used
    return cron
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw jobErrors.schedule_invalid({ cause: error, details: { name, reason } })
  }
}

/** The latest moment up to now. */
function latestOf(cron: Cron, nowMs: number): string | undefined {
  // A moment is due in the very second that it names, and the reference is not among those before it.
  return cron.previousRuns(1, new Date(nowMs + 1_000 - (nowMs % 1_000)))[0]?.toISOString()
}
