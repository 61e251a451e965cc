import type { RunTimes } from '../statement-weight.ts'

/** Begins to measure; the result tells how long it has been, by the clock and at work on this thread. */
export function startWatch(): () => RunTimes {
  const startedAt = performance.now()
  const before = process.threadCpuUsage()
  return () => {
    const { user, system } = process.threadCpuUsage(before)
    return { elapsedMs: performance.now() - startedAt, workedMs: (user + system) / 1000 }
  }
}
