import { addSending } from './add-sending.ts'
import type { OutgoingKit } from './kit.ts'
import { outgoingOf } from './tables.ts'

const overdueMs = 5 * 60_000

/**
 * Adds the job that sends to each endpoint at which something has been due for a while.
 *
 * A job that was given up, or removed by somebody, would else be missed until the next event.
 */
export async function rouseEndpoints({ context }: OutgoingKit): Promise<void> {
  const db = outgoingOf(context.db)
  const nowMs = context.clock.nowMs()
  const lte = new Date(nowMs - overdueMs).toISOString()
  const { data: endpoints } = await db['webhook-endpoints'].find({
    where: { state: 'enabled' },
    sort: 'id',
    limit: 10_000,
  })
  for (const { id, pausedUntil } of endpoints) {
    if (pausedUntil !== null && pausedUntil > lte) continue
    const where = { endpoint: id, state: 'pending', nextAttemptAt: { lte } } as const
    const overdue = await db['webhook-deliveries'].first({ where, sort: 'nextAttemptAt' })
    if (overdue !== undefined) await context.transaction((effects) => addSending(id, effects))
  }
}
