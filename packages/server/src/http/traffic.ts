import type { Exchange } from './exchange.ts'

/** The exchanges that are open now, oldest first. */
export class Traffic {
  readonly #open = new Set<Exchange>()
  readonly #waiting = new Set<() => void>()

  get count(): number {
    return this.#open.size
  }

  add(exchange: Exchange, onEnd: (exchange: Exchange) => void): void {
    this.#open.add(exchange)
    exchange.response.once('close', () => {
      this.#open.delete(exchange)
      onEnd(exchange)
      if (this.#open.size === 0) for (const resolve of this.#waiting) resolve()
    })
  }

  *olderThan(ageMs: number): Generator<Exchange> {
    const limit = performance.now() - ageMs
    for (const exchange of this.#open) {
      if (exchange.startedMs > limit) return
      yield exchange
    }
  }

  /** Resolves when no exchange is open, or after `deadlineMs`; says whether all came to their end. */
  async drained(deadlineMs: number): Promise<boolean> {
    if (this.#open.size === 0) return true
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.add(resolve)
    const timer = setTimeout(resolve, deadlineMs)
    await promise
    clearTimeout(timer)
    this.#waiting.delete(resolve)
    return this.#open.size === 0
  }
}
