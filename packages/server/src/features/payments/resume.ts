import type { PaymentsKit } from './kit.ts'
import { scheduleCall } from './schedule.ts'

/**
 * Sees to it that somebody finds out what has become of calls that nobody looks at any more: their job was given up, or is lost.
 * Done at the start and every hour.
 */
export async function resumeOperations({ context }: PaymentsKit): Promise<void> {
  const before = new Date(context.clock.nowMs() - staleMs).toISOString()
  const where = { state: { in: ['waiting', 'running', 'unknown', 'pending'] as const }, updatedAt: { lt: before } }
  const { data } = await context.db['payment-operations'].find({ where, sort: 'createdAt', limit: 1_000 })
  if (data.length === 0) return
  await context.transaction(async (effects) => {
    for (const operation of data) await scheduleCall(operation, effects)
  })
}

/** Longer than a job waits between two attempts. */
const staleMs = 2 * 3_600_000
