const second = 1_000
const minute = 60 * second
const hour = 60 * minute

/** How long to wait after each failed attempt: within three days. */
const delaysMs = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  20 * hour,
] as const

/** So often a delivery is tried. */
export const maxAttempts = delaysMs.length + 1

/**
 * How long to wait after an attempt that failed, up to a tenth more or less, so that what failed together is not tried together; undefined:
 * it was the last.
 *
 * @param attempt  1 for the first.
 * @param random   from 0 to 1.
 * @param askedForMs  what the other side has asked to wait for, of which a day is granted.
 */
export function retryDelayMs(attempt: number, random: number, askedForMs = 0): number | undefined {
  const delayMs = delaysMs[attempt - 1]
  if (delayMs === undefined) return undefined
  return Math.max(Math.round(delayMs * (0.9 + 0.2 * random)), Math.min(askedForMs, 24 * hour))
}

/** After so many failures in a row an endpoint is left alone, but for one try now and then. */
export const failuresUntilPause = 5

/**
 * Whether an endpoint is given up: nothing has arrived for three days.
 *
 * @param isLast  what failed now will not be tried again: by chance that can be a little earlier than three days.
 */
export function isBroken(failingForMs: number, isLast: boolean): boolean {
  return failingForMs >= (isLast ? 60 : 72) * hour
}

/** How long an endpoint is left alone: half a minute, and twice as long after each try that failed, at most an hour. Undefined: not at all. */
export function pauseMs(failuresInRow: number, random: number): number | undefined {
  const tries = failuresInRow - failuresUntilPause
  if (tries < 0) return undefined
  return Math.round(Math.min(30 * second * 2 ** Math.min(tries, 20), hour) * (0.9 + 0.2 * random))
}

/** Reads `Retry-After`, seconds or a date; 0 when it says nothing. */
export function retryAfterMs(header: string | undefined, nowMs: number): number {
  if (header === undefined) return 0
  const text = header.trim()
  if (/^\d{1,9}$/.test(text)) return Number(text) * second
  const at = /^[A-Z][a-z]{2}, /.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? 0 : Math.max(0, at - nowMs)
}
