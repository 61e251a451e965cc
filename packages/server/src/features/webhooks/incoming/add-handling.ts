import { createHash } from 'node:crypto'
import type { SystemEffects } from '../../../plugin.ts'
import type { InboxEntry } from './inbox.ts'

/** The job that handles what is in the inbox. */
export const handleJob = 'webhooks.handle'

/** Adds the job for an entry: after all that came before it with the same key. */
export async function addHandling(
  { id, sender, key }: Pick<InboxEntry, 'id' | 'sender' | 'key'>,
  jobs: SystemEffects['jobs'],
): Promise<void> {
  await jobs.add(handleJob, { entry: id }, key === null ? {} : { key: jobKey(sender, key) })
}

/** A key of a job has at most 200 characters. */
function jobKey(sender: string, key: string): string {
  const whole = `${sender}:${key}`
  return whole.length <= 200 ? whole : `${sender}:${createHash('sha256').update(key).digest('hex')}`
}
