import {
  type ClaimedJob,
  type Clock,
  GalleyError,
  type Hold,
  type JobContext,
  type JobModel,
  type Log,
  type LooseDb,
  type Outcome,
  type OutgoingFetch,
  type Queue,
  reasonOf,
  type SystemEffects,
  Undeliverable,
} from '../../plugin.ts'
import type { HeldJob } from './held-job.ts'
import { retryDelayMs } from './retry-delay.ts'

/** What jobs are done with. */
export interface JobPlace {
  readonly queue: Queue
  readonly db: LooseDb
  readonly clock: Clock
  readonly log: Log
  readonly fetch: OutgoingFetch
  readonly random: () => number
  /** Runs `work` in one transaction that is committed only while `hold` is valid. */
  transaction<T>(work: (effects: SystemEffects) => Promise<T>, hold: Hold): Promise<T>
  /** The stored input as the job takes it now. */
  inputOf(job: JobModel, stored: unknown): unknown
}

/** How an attempt ended. Without an outcome the job is somebody else's. */
export interface Ended {
  readonly outcome: Outcome | undefined
  /** Undefined: it was done. */
  readonly error: unknown
}

const dayMs = 86_400_000
const keepDeadMs = 30 * dayMs
const keepCancelledMs = dayMs

/** Does a job once, and says how it ended. Never throws. */
export async function runJob(held: HeldJob, place: JobPlace): Promise<Ended> {
  const { claimed: hold, model } = held
  try {
    if (hold.attempt > model.retry.attempts) throw new Undeliverable('The process that did it died each time.')
    const input = inputOf(hold, model, place)
    held.endsAtMs = performance.now() + model.timeoutMs
    await held.waitFor(model.run(new Attempt(held, input, place)))
    return { outcome: { kind: 'done', hold, keepMs: model.keepMs }, error: undefined }
  } catch (error) {
    return { outcome: outcomeOf(error, held, place), error: error ?? new Error('It failed without a reason.') }
  } finally {
    held.end()
  }
}

/** What was added by an older version of the application may not fit any more. */
function inputOf(claimed: ClaimedJob, model: JobModel, { inputOf }: JobPlace): unknown {
  try {
    return inputOf(model, claimed.input)
  } catch (error) {
    throw new Undeliverable('Its input is not what the job takes.', { cause: error })
  }
}

/** What a job is given. A class, for one is made for each attempt. */
class Attempt implements JobContext<unknown> {
  readonly input: unknown
  readonly #held: HeldJob
  readonly #place: JobPlace
  readonly #beganMs: number

  constructor(held: HeldJob, input: unknown, place: JobPlace) {
    this.input = input
    this.#held = held
    this.#place = place
    this.#beganMs = place.clock.nowMs()
  }

  get db() {
    return this.#place.db
  }

  get transaction() {
    return <T>(work: (effects: SystemEffects) => Promise<T>) => this.#place.transaction(work, this.#held.claimed)
  }

  get id() {
    return this.#held.claimed.id
  }

  get key() {
    return this.#held.claimed.key
  }

  get attempt() {
    return this.#held.claimed.attempt
  }

  get fence() {
    return this.#held.claimed.fence
  }

  get signal() {
    return this.#held.signal
  }

  /** A function, because it is taken out of the context. */
  get progress() {
    return async (percent: number) => {
      await this.#place.queue.progress(this.#held.claimed, percent)
    }
  }

  get now() {
    return new Date(this.#beganMs).toISOString()
  }

  get log() {
    return this.#place.log
  }

  get fetch() {
    return this.#place.fetch
  }
}

function outcomeOf(error: unknown, held: HeldJob, place: JobPlace): Outcome | undefined {
  const { claimed: hold, model, stopReason } = held
  const { log, clock, random } = place
  const { id, name, attempt } = hold
  if (stopReason === 'lost' || (error instanceof GalleyError && error.code === 'operation_job_lost')) return undefined
  if (stopReason === 'stopping') return { kind: 'release', hold }
  if (stopReason === 'cancelled') return { kind: 'cancelled', hold, keepMs: keepCancelledMs, error: reasonOf(error) }
  if (attempt >= model.retry.attempts || error instanceof Undeliverable) {
    log.error({ err: error, id, name, attempt }, 'A job failed and was given up.')
    return { kind: 'dead', hold, keepMs: keepDeadMs, error: reasonOf(error) }
  }
  const retryInMs = retryDelayMs(model.retry, attempt, random())
  log.warn({ err: error, id, name, attempt, retryInMs }, 'A job failed; it is tried again.')
  const runAt = new Date(clock.nowMs() + retryInMs).toISOString()
  return { kind: 'retry', hold, runAt, error: reasonOf(error) }
}
