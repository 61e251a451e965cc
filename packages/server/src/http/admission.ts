import type { MaybePromise } from '../base/maybe-promise.ts'
import type { Bus } from '../ports/bus.ts'
import { rememberedClientKey } from './client-key.ts'
import { httpErrors } from './errors.ts'
import type { Exchange } from './exchange.ts'
import { createRateLimiter, type RateLimiter, type RateLimitPolicy, type RateVerdict } from './rate-limit.ts'
import type { Caller, Mount } from './routes.ts'
import { type SharedRateLimiter, shareCounts } from './shared-rate-limiter.ts'

/**
 * Decides, before the body of a request is read, who is asking and whether they asked too often.
 *
 * Requests count against the id of who asks, of those without one against their address. Failed sign-ins count against the
 * address in a count of their own: guessing is refused before it costs a look into the database, and does not stop others who
 * come from the same address.
 */
export class Admission {
  readonly #requests: RateLimiter | undefined
  readonly #failures: RateLimiter | undefined
  readonly #shared: SharedRateLimiter[] = []

  /**
   * @param policy  undefined: nothing is counted.
   * @param bus  to processes that serve the same clients and count with this one.
   */
  constructor(policy: RateLimitPolicy | undefined, bus: Bus | undefined) {
    this.#requests = policy && this.#limiter(policy, 'rate-of-requests', bus)
    this.#failures = policy && this.#limiter(policy, 'rate-of-failures', bus)
  }

  close(): void {
    for (const limiter of this.#shared) limiter.close()
  }

  /**
   * Sets `exchange.caller`; undefined when that could be done at once.
   *
   * @throws http_rate_limited, and what `authenticate` throws.
   */
  admit<C extends Caller>(exchange: Exchange, authenticate: Mount<C>['authenticate']): Promise<void> | undefined {
    const address = rememberedClientKey(exchange.clientAddress)
    if (exchange.headers.authorization !== undefined) check(exchange, this.#failures?.peek(address))
    const caller = this.#ask(exchange, authenticate, address)
    if (caller instanceof Promise) return caller.then((known) => this.#welcome(exchange, known, address))
    this.#welcome(exchange, caller, address)
    return undefined
  }

  /** Counts a request for which nobody asks who it is from. */
  admitUnknown(exchange: Exchange): void {
    check(exchange, this.#requests?.take(`address ${rememberedClientKey(exchange.clientAddress)}`))
  }

  #limiter(policy: RateLimitPolicy, channel: string, bus: Bus | undefined): RateLimiter {
    const limiter = createRateLimiter(policy)
    if (bus === undefined) return limiter
    const shared = shareCounts(limiter, channel, bus)
    this.#shared.push(shared)
    return shared
  }

  #ask<C extends Caller>(exchange: Exchange, authenticate: Mount<C>['authenticate'], address: string): MaybePromise<C> {
    const failed = (error: unknown): never => {
      check(exchange, this.#failures?.take(address))
      throw error
    }
    try {
      const caller = authenticate(exchange)
      return caller instanceof Promise ? caller.catch(failed) : caller
    } catch (error) {
      return failed(error)
    }
  }

  #welcome(exchange: Exchange, caller: Caller, address: string): void {
    exchange.caller = caller
    check(exchange, this.#requests?.take(caller.id === null ? `address ${address}` : `actor ${caller.id}`))
  }
}

function check(exchange: Exchange, verdict: RateVerdict | undefined): void {
  if (verdict === undefined) return
  exchange.rate = verdict
  if (verdict.isAllowed) return
  throw httpErrors.rate_limited({ details: { retryAfterSeconds: verdict.resetSeconds } })
}
