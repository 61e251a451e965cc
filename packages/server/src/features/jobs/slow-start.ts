import type { ClaimedJob } from '../../plugin.ts'

/** So many at once that there is nothing to be careful about any more. */
const enough = 512
const stepMs = 10
const warySteps = 100

/**
 * How many jobs a process holds that has just begun: one, then twice as many each time one has ended or a moment has passed.
 *
 * A job that ends the process each time it is begun would else take along whatever was taken with it, again and again, until all of them
 * have failed too often. Like this it is soon the only one there. Where something is taken that has failed before, moments are longer.
 */
export class SlowStart {
  #room = 1
  #sinceMs = performance.now()
  #stepMs = stepMs

  /** How many may be held now. */
  get room(): number {
    if (this.#room >= enough) return Number.POSITIVE_INFINITY
    if (performance.now() - this.#sinceMs >= this.#stepMs) this.#grow()
    return this.#room
  }

  /** After this time there is more room. */
  get nextInMs(): number {
    return this.#stepMs
  }

  taken(jobs: readonly Pick<ClaimedJob, 'attempt'>[]): void {
    if (this.#room < enough && jobs.some(({ attempt }) => attempt > 1)) this.#stepMs = stepMs * warySteps
  }

  ended(): void {
    if (this.#room < enough) this.#grow()
  }

  #grow(): void {
    this.#room *= 2
    this.#sinceMs = performance.now()
  }
}
