/** Where the time comes from; tests set it. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. May jump, in both directions. */
  nowMs(): number
}

/** The moment as all of Galley writes it: `2026-03-01T09:30:00.000Z`. */
export function isoNow(clock: Clock): string {
  return new Date(clock.nowMs()).toISOString()
}

export const systemClock: Clock = Object.freeze({ nowMs: () => Date.now() })
