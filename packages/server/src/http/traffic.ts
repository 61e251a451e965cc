import type { Exchange } from './exchange.ts'
import type { Outgoing } from './outgoing.ts'

/** The exchanges that are open now, oldest first. */
export class Traffic {
  readonly #open = new Set<Exchange>()
  readonly #waiting = new Set<() => void>()
  readonly #closed: (this: Outgoing) => void

  /** @param onEnd  called once for each exchange whose answer has left, or whose client has. */
  constructor(onEnd: (exchange: Exchange) => void) {
    const end = (exchange: Exchange) => {
      if (!this.#open.delete(exchange)) return
      onEnd(exchange)
      if (this.#open.size === 0) for (const resolve of this.#waiting) resolve()
    }
    // One listener for all: a closure for each request would be made and thrown away.
    this.#closed = function closed() {
      end(this.req.exchange!)
    }
  }

  get count(): number {
    return this.#open.size
  }

  add(exchange: Exchange): void {
    this.#open.add(exchange)
    exchange.response.on('close', this.#closed)
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
