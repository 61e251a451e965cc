import type { JobModel } from '../../plugin.ts'

/**
 * How long to wait after a failed attempt, up to a fifth more or less, so that what failed together is not tried together.
 *
 * @param attempt  1 for the first.
 * @param random   from 0 to 1.
 */
export function retryDelayMs(
  { delayMs, factor, maxDelayMs }: JobModel['retry'],
  attempt: number,
  random: number,
): number {
  return Math.round(Math.min(delayMs * factor ** (attempt - 1), maxDelayMs) * (0.8 + 0.4 * random))
}
