import { setImmediate as nextRound, setTimeout as sleep } from 'node:timers/promises'
import type { Log, Outcome, Queue } from '../../plugin.ts'

export interface SettlerParts {
  readonly queue: Queue
  readonly log: Log
  /** The queue knows how the jobs ended; of `lost` it did not want to know. */
  readonly onSettled: (outcomes: readonly Outcome[], lost: readonly string[]) => void
}

const maxBatch = 500
const pauseMs = 1_000

/** Tells the queue how jobs ended: what ends while one batch is on its way is the next one. */
export class Settler {
  readonly #parts: SettlerParts
  #outcomes: Outcome[] = []
  #settling: Promise<void> | undefined
  #isStopping = false

  constructor(parts: SettlerParts) {
    this.#parts = parts
  }

  add(outcome: Outcome): void {
    this.#outcomes.push(outcome)
    this.#settling ??= this.#settleAll().finally(() => {
      this.#settling = undefined
    })
  }

  /** Resolves when all is told; after this, what cannot be told is given up. */
  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#settling
  }

  async #settleAll(): Promise<void> {
    await nextRound() // what ends in this round comes along
    while (this.#outcomes.length > 0) {
      const batch = this.#outcomes.slice(0, maxBatch)
      try {
        const lost = await this.#parts.queue.settle(batch)
        this.#outcomes = this.#outcomes.slice(batch.length)
        this.#parts.onSettled(batch, lost)
      } catch (err) {
        this.#parts.log.warn(
          { err, count: batch.length },
          'It could not be noted how jobs ended; it will be tried again.',
        )
        if (this.#isStopping) return this.#giveUp()
        await sleep(pauseMs)
      }
    }
  }

  /** Others take these jobs over when their leases end. */
  #giveUp(): void {
    const given = this.#outcomes
    this.#outcomes = []
    this.#parts.onSettled(given, [])
  }
}
