import { setTimeout as sleep } from 'node:timers/promises'
import { GalleyError } from '../../../base/error.ts'
import { databaseErrors } from '../../../ports/errors.ts'

/** Tells whether another process held the lock this statement needed. */
export function isBusy(error: unknown): boolean {
  return error instanceof GalleyError && error.code === databaseErrors.busy.code
}

/** Waits before try number `attempt + 1`, without holding the event loop: longer each time, never longer than 50 ms. */
export function pauseWhileBusy(attempt: number): Promise<void> {
  const longestMs = Math.min(2 ** attempt, 50)
  return sleep(longestMs * (0.5 + Math.random() / 2))
}

/** Runs `attempt` until it succeeds, throws something else than busy, or `deadlineMs` are over. */
export async function retryWhileBusy<T>(attempt: () => T, deadlineMs: number): Promise<T> {
  const giveUpAt = performance.now() + deadlineMs
  for (let count = 0; ; count += 1) {
    try {
      return attempt()
    } catch (error) {
      if (!isBusy(error) || performance.now() > giveUpAt) throw error
    }
    await pauseWhileBusy(count)
  }
}
