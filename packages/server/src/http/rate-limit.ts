import { Generations } from '../base/remembering.ts'

export interface RateLimitPolicy {
  /** Requests per window and client. */
  readonly max: number
  readonly windowSeconds: number
}

export interface RateVerdict {
  readonly isAllowed: boolean
  readonly remaining: number
  /** Whole seconds until the window ends, at least 1. */
  readonly resetSeconds: number
}

/** Counts requests per key in windows that begin with the first request of the key. */
export interface RateLimiter {
  readonly policy: RateLimitPolicy
  /** Counts one request and says whether it may pass. */
  take(key: string): RateVerdict
  /** Counts several at once. */
  add(key: string, count: number): RateVerdict
  /** Says whether a request would pass, without counting it. */
  peek(key: string): RateVerdict
}

/** Clients remembered at least, and at most twice as many: those that were quiet longest are forgotten, so that nobody can fill the memory. */
const keptKeys = 50_000

/** @param nowMs  a clock that never steps back. */
export function createRateLimiter(policy: RateLimitPolicy, nowMs: () => number = () => performance.now()): RateLimiter {
  const windows = new Generations<{ count: number; endsAtMs: number }>(keptKeys)
  const windowMs = policy.windowSeconds * 1000

  function verdict(count: number, endsAtMs: number, now: number): RateVerdict {
    const remaining = Math.max(0, policy.max - count)
    // Whole milliseconds: (now + 60 000) - now of a fractional now can be a little more than 60 000, and would be told as 61 s.
    const resetSeconds = Math.max(1, Math.ceil(Math.round(endsAtMs - now) / 1000))
    return { isAllowed: count <= policy.max, remaining, resetSeconds }
  }

  function add(key: string, count: number): RateVerdict {
    const now = nowMs()
    let window = windows.get(key)
    if (window === undefined || window.endsAtMs <= now) {
      window = { count: 0, endsAtMs: now + windowMs }
      windows.set(key, window)
    }
    window.count += count
    return verdict(window.count, window.endsAtMs, now)
  }

  return {
    policy,
    add,
    take: (key) => add(key, 1),
    peek(key) {
      const now = nowMs()
      const window = windows.get(key)
      if (window === undefined || window.endsAtMs <= now) return verdict(1, now + windowMs, now)
      return verdict(window.count + 1, window.endsAtMs, now)
    },
  }
}

/** `RateLimit-Policy` of draft-ietf-httpapi-ratelimit-headers-10. */
export function policyHeader({ max, windowSeconds }: RateLimitPolicy): string {
  return `"default";q=${max};w=${windowSeconds}`
}

/** `RateLimit` of draft-ietf-httpapi-ratelimit-headers-10. */
export function stateHeader({ remaining, resetSeconds }: RateVerdict): string {
  return `"default";r=${remaining};t=${resetSeconds}`
}
