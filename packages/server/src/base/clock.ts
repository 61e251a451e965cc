/** Where the time comes from; tests set it. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. May jump, in both directions. */
  nowMs(): number
}

/** The moment as all of Galley writes it: `2026-03-01T09:30:00.000Z`. */
export function isoNow(clock: Clock): string {
  const nowMs = clock.nowMs()
  if (nowMs !== writtenMs) {
    written = new Date(nowMs).toISOString()
    writtenMs = nowMs
  }
  return written
}

// Many requests share a millisecond, and writing it out costs as much as finding the route.
let writtenMs = Number.NaN
let written = ''

export const systemClock: Clock = Object.freeze({ nowMs: () => Date.now() })
