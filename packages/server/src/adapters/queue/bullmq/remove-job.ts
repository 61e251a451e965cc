import type { JobData, Lane } from './lane.ts'
import { advance } from './lines.ts'
import type { Shelf } from './shelf.ts'

/** Removes a job, and lets the next of its key go. @returns false: there is no such job, or it is held. */
export async function removeJob(id: string, lane: Lane, shelf: Shelf): Promise<boolean> {
  const job = await shelf.bullmq.Job.fromId<JobData>(lane.worker, id)
  if (job === undefined) return false
  const isRemoved = await job.remove({ removeChildren: false }).then(
    () => true,
    () => false, // it has just been claimed
  )
  if (!isRemoved) return false
  const { kept, cancelled } = lane.keys
  await shelf.redis.multi().zrem(kept, id).zrem(cancelled, id).zrem(shelf.keys.index, `${id} ${lane.name}`).exec()
  if (job.data.key !== undefined) await advance(job.data.key, lane, shelf)
  return true
}
