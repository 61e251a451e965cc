import { type Bus, maxMessageBytes } from '../ports/bus.ts'
import type { RateLimiter } from './rate-limit.ts'

/** Between two messages to the other processes. */
export const shareEveryMs = 100

/** A limiter that counts together with those of other processes. */
export interface SharedRateLimiter extends RateLimiter {
  /** Tells the others what they do not know yet, and hears them no more. */
  close(): void
}

/**
 * Tells other processes what was counted here, every 100 ms, and adds what they have counted.
 *
 * Nobody waits for the others, so the bound is not exact: with n processes a client that sends at rate r passes at most
 * (n − 1) · r · 100 ms more than its share. A process that begins knows nothing of what was counted before.
 * @param channel  of the bus; the same for the limiters that count together.
 */
export function shareCounts(limiter: RateLimiter, channel: string, bus: Bus): SharedRateLimiter {
  let untold = new Map<string, number>()
  const tell = () => {
    if (untold.size === 0) return
    const counts = untold
    untold = new Map()
    for (const message of messagesFrom(counts)) bus.publish(channel, message)
  }
  const timer = setInterval(tell, shareEveryMs).unref()
  const unsubscribe = bus.subscribe(channel, {
    onMessage(message) {
      for (const [key, count] of JSON.parse(message) as [string, number][]) limiter.add(key, count)
    },
  })
  const add = (key: string, count: number) => {
    untold.set(key, (untold.get(key) ?? 0) + count)
    return limiter.add(key, count)
  }
  return {
    policy: limiter.policy,
    add,
    take: (key) => add(key, 1),
    peek: (key) => limiter.peek(key),
    close() {
      clearInterval(timer)
      unsubscribe()
      tell()
    },
  }
}

/** As many as are needed, none too long for a bus. */
function* messagesFrom(counts: ReadonlyMap<string, number>): Generator<string> {
  let parts: string[] = []
  let bytes = 2
  for (const entry of counts) {
    const part = JSON.stringify(entry)
    const partBytes = Buffer.byteLength(part) + 1
    if (bytes + partBytes > maxMessageBytes) {
      yield `[${parts.join()}]`
      parts = []
      bytes = 2
    }
    parts.push(part)
    bytes += partBytes
  }
  yield `[${parts.join()}]`
}
