import { removeAll } from '../remove-all.ts'
import type { OutgoingKit } from './kit.ts'
import { outgoingOf } from './tables.ts'

/** Removes deliveries that were made long ago, and then the events. */
export async function tidyDeliveries(keptMs: number, { context }: OutgoingKit): Promise<void> {
  const db = outgoingOf(context.db)
  const createdAt = { lt: new Date(context.clock.nowMs() - keptMs).toISOString() }
  await removeAll(db['webhook-deliveries'], { createdAt })
  await removeAll(db['webhook-events'], { createdAt })
}
