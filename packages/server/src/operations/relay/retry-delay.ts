/** So often an entry is tried before it is given up: within about a day. */
export const maxAttempts = 8

const firstDelayMs = 30_000
const growth = 3.6

/**
 * How long to wait after a failed attempt: 30 s after the first, 18 h after the seventh, each up to a fifth more or less, so that
 * what failed together is not tried together.
 *
 * @param attempt  1 for the first.
 * @param random   from 0 to 1.
 */
export function retryDelayMs(attempt: number, random: number): number {
  return Math.round(firstDelayMs * growth ** (attempt - 1) * (0.8 + 0.4 * random))
}
