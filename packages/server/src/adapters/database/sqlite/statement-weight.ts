import type { ExpectedWeight } from './plan-weight.ts'

/** A run that works this long holds up others who only want a row; twice is no chance. */
const slowMs = 5
/** This much work is slow whatever the reason. */
const verySlowMs = 20
/** This long is hardly the machine's doing, so that nobody waits for the second time where the first was not measured. */
const stalledMs = 500
const quickMs = 2
const mostQuickRuns = 1_000_000
const watchedAtFirst = 8
const watchedInDoubt = 10_000
/** Who takes no longer beside need not wait behind those who do. */
const shortMs = 50

/** How long a statement took: by the clock, and of that at work. */
export interface RunTimes {
  readonly elapsedMs: number
  readonly workedMs: number
}

/**
 * Decides where a statement runs: heavy ones beside the event loop, the others on it, where an answer costs less.
 *
 * The clock alone is no witness: where processors are scarce, any run may be interrupted. It raises a doubt, and then the time
 * at work is asked. The same text can be quick with one value and slow with another, so one slow run weighs more than many
 * quick ones, and each relapse four times as much as the one before.
 */
export class StatementWeight {
  isHeavy: boolean
  /** Whether it can never become heavy, so that it need not be timed. */
  readonly isExact: boolean
  #watchedRuns = watchedAtFirst
  #hasBeenSlow = false
  #quickRunsLeft = 16
  #penalty = 64
  #longestAsideMs = Number.POSITIVE_INFINITY

  constructor(expected: ExpectedWeight) {
    this.isHeavy = expected === 'heavy'
    this.isExact = expected === 'exact'
  }

  /** Whether the next run on the loop is to be measured by its time at work too. */
  get isWatched(): boolean {
    return this.#watchedRuns > 0
  }

  /** Whether its runs beside take less than the patience of whoever waits for a page; false while that is not known. */
  get isShort(): boolean {
    return this.#longestAsideMs <= shortMs
  }

  /** @param workedMs  undefined when it was not measured. */
  ranOnLoop(elapsedMs: number, workedMs?: number): void {
    if (workedMs !== undefined) this.#watchedRuns -= 1
    if (elapsedMs < slowMs) return
    this.#watchedRuns = watchedInDoubt
    if (workedMs === undefined ? elapsedMs >= stalledMs : this.#isTooMuch(workedMs)) this.#sendAside(elapsedMs)
  }

  ranAside({ elapsedMs, workedMs }: RunTimes): void {
    this.#longestAsideMs = Number.isFinite(this.#longestAsideMs)
      ? Math.max(elapsedMs, this.#longestAsideMs * 0.9) // forgets slowly: a bad value comes again
      : elapsedMs
    if (workedMs > quickMs || elapsedMs > stalledMs)
      this.#quickRunsLeft = Math.max(this.#quickRunsLeft, this.#penalty / 4)
    else this.#quickRunsLeft -= 1
    this.isHeavy = this.#quickRunsLeft > 0
  }

  #isTooMuch(workedMs: number): boolean {
    if (workedMs < slowMs) return false
    const isSecond = this.#hasBeenSlow
    this.#hasBeenSlow = true
    return isSecond || workedMs >= verySlowMs
  }

  #sendAside(elapsedMs: number): void {
    this.isHeavy = true
    this.#longestAsideMs = elapsedMs
    this.#quickRunsLeft = this.#penalty
    this.#penalty = Math.min(this.#penalty * 4, mostQuickRuns)
  }
}
