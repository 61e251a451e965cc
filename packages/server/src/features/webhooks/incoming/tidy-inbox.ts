import { durationMs, type FeatureContext } from '../../../plugin.ts'
import { removeAll, unlessGone } from '../remove-all.ts'
import { type InboxDb, inboxOf } from './inbox.ts'

/** Removes what nothing has happened to for as long as its sender's events are kept, and tells of what is not handled any more. */
export async function tidyInbox({ db, clock, model }: FeatureContext): Promise<void> {
  const inbox = inboxOf(db)
  await giveUp(inbox, new Date(clock.nowMs() - longestMs).toISOString())
  const updatedAt = (keptMs: number) => ({ lt: new Date(clock.nowMs() - keptMs).toISOString() })
  for (const { name, keepFor } of model.incomingWebhooks.values())
    await removeAll(inbox, { sender: name, updatedAt: updatedAt(durationMs(keepFor)!) })
  const known = [...model.incomingWebhooks.keys()]
  await removeAll(inbox, { sender: { nin: known }, updatedAt: updatedAt(undeclaredMs) })
}

/** Longer than a job tries. */
const longestMs = 3 * 86_400_000

/** What no job handles any more can be replayed like all that failed. */
async function giveUp(inbox: InboxDb['webhook-inbox'], before: string): Promise<void> {
  const waiting = { state: 'received', createdAt: { lt: before } } as const
  const { data } = await inbox.find({ where: waiting, sort: 'id', limit: 1_000 })
  for (const { id } of data) await unlessGone(() => inbox.updateIf(id, { state: 'received' }, { state: 'failed' }))
}

/** Of senders that are declared no longer. */
const undeclaredMs = 30 * 86_400_000
