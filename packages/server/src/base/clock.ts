/** Where the time comes from; tests set it. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. May jump, in both directions. */
  nowMs(): number
}

export const systemClock: Clock = Object.freeze({ nowMs: () => Date.now() })
