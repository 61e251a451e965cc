import type { ClaimedJob, JobModel } from '../../plugin.ts'

/** Why an attempt was told to end. */
export type StopReason = 'timeout' | 'cancelled' | 'lost' | 'stopping'

/** A job that this process holds: it waits for its turn, is under way, or has ended and the queue is being told. */
export class HeldJob {
  readonly claimed: ClaimedJob
  readonly model: JobModel
  /** Until when it is held, by the application's clock. */
  untilMs: number
  /** By `performance.now`. */
  readonly takenAtMs = performance.now()
  /** When its time is over, by `performance.now`. */
  endsAtMs = Number.POSITIVE_INFINITY
  stopReason: StopReason | undefined
  #isEnded = false
  #controller: AbortController | undefined
  #stoppedBy: Error | undefined
  #giveUp: ((error: Error) => void) | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(claimed: ClaimedJob, model: JobModel, untilMs: number) {
    this.claimed = claimed
    this.model = model
    this.untilMs = untilMs
  }

  /** Made when it is asked for: most jobs never look. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#stoppedBy !== undefined) this.#controller.abort(this.#stoppedBy)
    }
    return this.#controller.signal
  }

  /** Waits for the end of `work`, or until whoever does it is not waited for any more. */
  async waitFor(work: unknown): Promise<void> {
    if (this.#isEnded) throw this.#stoppedBy
    await new Promise<unknown>((resolve, reject) => {
      this.#giveUp = reject
      Promise.resolve(work).then(resolve, reject)
    })
  }

  /** Tells whoever does it to end, and waits for that no longer than `graceMs`. The first reason counts. */
  stop(reason: StopReason, error: Error, graceMs: number): void {
    if (this.#isEnded || this.stopReason !== undefined) return
    this.stopReason = reason
    this.#stoppedBy = error
    this.#controller?.abort(error)
    if (graceMs === 0) this.#giveUp?.(error)
    else this.#timer = setTimeout(() => this.#giveUp?.(error), graceMs)
  }

  end(): void {
    this.#isEnded = true
    clearTimeout(this.#timer)
  }
}
