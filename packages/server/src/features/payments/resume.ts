import type { PaymentsKit } from './kit.ts'
import { scheduleCall } from './schedule.ts'

/**
 * Sees to it that somebody finds out what has become of calls that nobody waits for any more: after a crash, and when their job was given up.
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

const staleMs = 60_000
