import { durationMs, type FeatureContext } from '../../../plugin.ts'
import { removeAll } from '../remove-all.ts'
import { inboxOf } from './inbox.ts'

/** Removes what has been in the inbox for as long as its sender's events are kept, unless it still waits to be handled. */
export async function tidyInbox({ db, clock, model }: FeatureContext): Promise<void> {
  const inbox = inboxOf(db)
  const createdAt = (keptMs: number) => ({ lt: new Date(clock.nowMs() - keptMs).toISOString() })
  const state = { ne: 'received' } as const
  for (const { name, keptFor } of model.incomingWebhooks.values())
    await removeAll(inbox, { sender: name, state, createdAt: createdAt(durationMs(keptFor)!) })
  const others = [...model.incomingWebhooks.keys()]
  await removeAll(inbox, { sender: { nin: others }, createdAt: createdAt(undeclaredMs) })
}

/** Of senders that are declared no longer. */
const undeclaredMs = 30 * 86_400_000
