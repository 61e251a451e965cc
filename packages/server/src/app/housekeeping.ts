import type { Log } from '../ports/log.ts'

const hourMs = 3_600_000

/**
 * Does `work` now and every hour after. A failure is logged and tried again at the next hour.
 *
 * @returns ends it, and resolves when what is under way has come to its end.
 */
export function everyHour(work: () => Promise<void>, log: Log): () => Promise<void> {
  const attempt = () => work().catch((err: unknown) => log.warn({ err }, 'Old entries could not be removed.'))
  let last = attempt()
  const timer = setInterval(() => {
    last = last.then(attempt)
  }, hourMs)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await last
  }
}
