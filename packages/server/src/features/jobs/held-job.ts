import type { ClaimedJob, JobModel } from '../../plugin.ts'

/** Why an attempt was told to end. */
export type StopReason = 'timeout' | 'cancelled' | 'lost' | 'stopping'

/** A job that this process holds: it waits for its turn, is under way, or has ended and the queue is being told. */
export class HeldJob {
  readonly claimed: ClaimedJob
  readonly model: JobModel
  /** Until when it is held, by the application's clock. */
  untilMs: number
  isEnded = false
  stopReason: StopReason | undefined
  #controller: AbortController | undefined
  #abortedBy: unknown
  #timer: NodeJS.Timeout | undefined
  readonly #overdue = Promise.withResolvers<never>()

  constructor(claimed: ClaimedJob, model: JobModel, untilMs: number) {
    this.claimed = claimed
    this.model = model
    this.untilMs = untilMs
    this.#overdue.promise.catch(() => {}) // nobody may be waiting
  }

  /** Made when it is asked for: most jobs never look. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.stopReason !== undefined) this.#controller.abort(this.#abortedBy)
    }
    return this.#controller.signal
  }

  /** Rejects when whoever does the job is not waited for any more. */
  get overdue(): Promise<never> {
    return this.#overdue.promise
  }

  /** Ends the attempt after its time. */
  limitTime(timeoutMs: number, makeError: () => Error): void {
    this.#timer = setTimeout(() => this.stop('timeout', makeError(), 0), timeoutMs)
  }

  /** Tells whoever does it to end, and waits for that no longer than `graceMs`. The first reason counts. */
  stop(reason: StopReason, error: Error, graceMs: number): void {
    if (this.isEnded || this.stopReason !== undefined) return
    this.stopReason = reason
    this.#abortedBy = error
    this.#controller?.abort(error)
    clearTimeout(this.#timer)
    if (graceMs === 0) this.#overdue.reject(error)
    else this.#timer = setTimeout(() => this.#overdue.reject(error), graceMs)
  }

  end(): void {
    this.isEnded = true
    clearTimeout(this.#timer)
  }
}
