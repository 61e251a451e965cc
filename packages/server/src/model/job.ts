import type { Duration } from '../base/duration.ts'
import type { Log } from '../ports/log.ts'
import type { OutgoingFetch } from '../ports/outgoing-http.ts'
import type { LooseDb } from './db.ts'
import type { SystemEffects } from './feature.ts'
import type { Fields } from './field.ts'
import type { ParsedValuesOf, ValuesOf } from './infer.ts'

/** Work to be done later, with a name and a typed input. Made by `job`. */
export interface Job<I extends Fields = any> {
  // any: whoever only collects jobs does not ask for their input
  readonly kind: 'job'
  readonly name: string
  readonly input: I
  readonly options: JobOptions<I>
  readonly run: (context: any) => unknown // any: typed by the declaration
}

export interface JobOptions<I extends Fields = Fields> {
  readonly description?: string
  readonly retry?: RetryOptions
  /** How long an attempt may take: then its `signal` aborts, and it has failed. Default `1m`, at most `24h`. */
  readonly timeout?: Duration
  /** How many a process does at the same time. Default: as many as it does of all together (20). */
  readonly concurrency?: number
  /** 0 (first) to 100 (last). Default 50. */
  readonly priority?: number
  /**
   * While one waits for its first attempt, adding another with the same key changes nothing; without a key, with the same input. A function
   * says what else is to be the same. Default false.
   */
  readonly unique?: boolean | ((input: ParsedValuesOf<I>) => string)
  /**
   * When it is done by itself, once across all processes: `0 3 * * *` (minute hour day month weekday, or six parts with seconds). A moment
   * that passed while nothing was running is made up for, once.
   */
  readonly schedule?: string
  /** Of `schedule`: `Europe/Berlin`. Default `UTC`. */
  readonly timeZone?: string
  /** How long one that is done can be looked at. Default: it is removed at once. */
  readonly keepFor?: Duration
  /** Its input holds something that lets people in: a day after it is given up, it is emptied. Default false. */
  readonly isSecret?: boolean
}

export interface RetryOptions {
  /** The first one counts: 1 to 100. Default 8. */
  readonly attempts?: number
  /** `fixed`: `delay` each time. `exponential`: each time `factor` times as long. Each up to a fifth more or less. Default `exponential`. */
  readonly backoff?: 'fixed' | 'exponential'
  /** After the first failure. Default `30s`. */
  readonly delay?: Duration
  /** Above 1, at most 10. Default 2. */
  readonly factor?: number
  /** Default `1d`. */
  readonly maxDelay?: Duration
}

export interface JobDefinition<I extends Fields, D = LooseDb> extends JobOptions<I> {
  /** Checked when it is added, like the input of an action. A job with a `schedule` has none that is required. */
  readonly input?: I
  /**
   * Does it. It may be called more than once: after a failure, and when the process dies before the end is noted. Make it idempotent.
   *
   * Throw `Undeliverable` when another attempt is of no use.
   */
  run(context: JobContext<ParsedValuesOf<I>, D>): unknown
}

export interface JobContext<Input, D = LooseDb> {
  readonly input: Input
  /** Acts as the system, each call in a transaction of its own. */
  readonly db: D
  /**
   * Runs `work` in one transaction, as the system: all of it is committed, or none. It is committed only while this process holds the job.
   *
   * @throws operation_job_lost  another process has taken the job over, or it was cancelled.
   */
  transaction<T>(work: (effects: SystemEffects<D>) => Promise<T>): Promise<T>
  /** The same at each attempt: an idempotency key for whoever is asked. */
  readonly id: string
  readonly key: string | undefined
  /** 1 at the first attempt. */
  readonly attempt: number
  /** Grows each time the job is taken: whoever keeps the greatest one they have seen can refuse a holder that was given up. */
  readonly fence: number
  /** Aborts when the time is over, when it is cancelled, when the job is lost and when the process stops. */
  readonly signal: AbortSignal
  /** Tells how far it is, 0 to 100, for people to look at. */
  progress(percent: number): Promise<void>
  /** When this attempt began, ISO 8601. */
  readonly now: string
  readonly log: Log
  /** Asks other servers, within the limits of `settings.outgoing`. */
  readonly fetch: OutgoingFetch
}

/** Where jobs are added. */
export interface Jobs {
  /**
   * Adds a job with the surrounding transaction, or not at all.
   *
   * @returns its id; undefined: one that is the same waits already (`unique`).
   * @throws operation_invalid  when the input is not what the job takes, with a pointer for each problem.
   */
  add<I extends Fields>(job: Job<I>, input: ValuesOf<I>, options?: AddOptions): Promise<string | undefined>
  /**
   * Adds a job by its name, such as one of a feature.
   *
   * @throws operation_job_unknown
   */
  add(name: string, input: object, options?: AddOptions): Promise<string | undefined>
}

export interface AddOptions {
  /** Not before this moment: ISO 8601, or a `Date`. Default: at once. */
  readonly runAt?: string | Date
  /** Jobs of one name with one key are done one after the other, in the order they were added. At most 200 characters. */
  readonly key?: string
  /** 0 (first) to 100 (last). Default: that of the job. */
  readonly priority?: number
}

/**
 * Declares a job. An application lists it in `jobs`.
 *
 * ```ts
 * export const sendConfirmation = job('orders.send-confirmation', {
 *   input: { order: text() },
 *   retry: { attempts: 8, backoff: 'exponential', delay: '30s' },
 *   async run({ input, db }) { … },
 * })
 * // in an action, a hook, or the transaction of another job:
 * await jobs.add(sendConfirmation, { order: order.id }, { key: order.id })
 * ```
 */
export function job<const I extends Fields = {}, D = LooseDb>(name: string, definition: JobDefinition<I, D>): Job<I> {
  const { input = {} as I, run, ...options } = definition
  return Object.freeze({
    kind: 'job',
    name,
    input: Object.freeze({ ...input }),
    options: Object.freeze(options) as JobOptions<I>,
    run,
  })
}
