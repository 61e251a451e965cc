import { availableParallelism } from 'node:os'
import { fileErrors } from './errors.ts'

const mostWaiting = 64

/** Few images are worked on at once: each takes memory and a thread, and others wait for those too. */
export class ImageWork {
  readonly #atOnce = Math.min(2, Math.max(1, Math.floor(availableParallelism() / 2)))
  readonly #waiting: (() => void)[] = []
  #running = 0

  /** @throws files_busy  when too many wait already. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#atOnce) await this.#turn()
    else this.#running += 1
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#running -= 1
      else next()
    }
  }

  async #turn(): Promise<void> {
    if (this.#waiting.length >= mostWaiting) throw fileErrors.busy()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.push(resolve)
    await promise
  }
}
