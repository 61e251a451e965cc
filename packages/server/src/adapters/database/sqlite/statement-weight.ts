import type { ExpectedWeight } from './plan-weight.ts'

/** A run this long holds up others who only want a row. */
const slowMs = 5
/** This long, it is no chance. */
const verySlowMs = 50
const quickMs = 2
/** Two slow runs within this time are no chance either: a pause of the process or a page not yet in memory. */
const chanceMs = 10_000
const mostQuickRuns = 1_000_000

/**
 * Decides where a statement runs: heavy ones beside the event loop, the others on it, where an answer costs less.
 *
 * The same text can be quick with one value and slow with another, so one slow run weighs more than many quick ones, and
 * each relapse four times as much as the one before.
 */
export class StatementWeight {
  isHeavy: boolean
  /** Whether it can never become heavy, so that it need not be timed. */
  readonly isExact: boolean
  #quickRunsLeft = 16
  #penalty = 64
  #lastSlowAt = Number.NEGATIVE_INFINITY

  constructor(expected: ExpectedWeight) {
    this.isHeavy = expected === 'heavy'
    this.isExact = expected === 'exact'
  }

  ranOnLoop(elapsedMs: number): void {
    if (elapsedMs >= slowMs) this.#wasSlow(elapsedMs)
  }

  ranAside(elapsedMs: number): void {
    if (elapsedMs > quickMs) this.#quickRunsLeft = Math.max(this.#quickRunsLeft, this.#penalty / 4)
    else this.#quickRunsLeft -= 1
    this.isHeavy = this.#quickRunsLeft > 0
  }

  #wasSlow(elapsedMs: number): void {
    const now = performance.now()
    const isChance = elapsedMs < verySlowMs && now - this.#lastSlowAt > chanceMs
    this.#lastSlowAt = now
    if (isChance) return
    this.isHeavy = true
    this.#quickRunsLeft = this.#penalty
    this.#penalty = Math.min(this.#penalty * 4, mostQuickRuns)
  }
}
