import type { DeadJobs, JobCount, JobState, RemovableJobs } from '../../../ports/queue.ts'
import type { JobData, Lane } from './lane.ts'
import { advance } from './lines.ts'
import { parkedScore } from './parked.ts'
import { findLane, listJobs } from './read-jobs.ts'
import { removeJob } from './remove-job.ts'
import { run } from './scripts.ts'
import type { Shelf } from './shelf.ts'

/** Removes a job that waits, or marks one that runs. */
export async function cancelJob(id: string, shelf: Shelf): Promise<'removed' | 'told' | undefined> {
  const lane = await findLane(id, shelf)
  if (lane === undefined) return undefined
  const { keys } = lane
  if ((await run(shelf.redis, 'galleyMark', keys.job(id), keys.lock(id))) === 1) return 'told'
  const hasEnded = (await shelf.redis.hexists(keys.job(id), 'finishedOn')) === 1
  return !hasEnded && (await removeJob(id, lane, shelf)) ? 'removed' : undefined
}

/** Lets dead jobs wait again, those that died first before the others. */
export async function retryDead(which: DeadJobs, shelf: Shelf): Promise<number> {
  let count = 0
  for (const { id, lane } of await deadPlaces(which, shelf)) if (await revive(id, lane, shelf)) count += 1
  return count
}

interface JobPlace {
  readonly id: string
  readonly lane: Lane
}

async function deadPlaces(which: DeadJobs, shelf: Shelf): Promise<readonly JobPlace[]> {
  if ('ids' in which) return placesOf(which.ids, shelf)
  const lane = await shelf.lane(which.name)
  return (await shelf.redis.zrange(lane.keys.failed, '0', '-1')).map((id) => ({ id, lane }))
}

async function placesOf(ids: readonly string[], shelf: Shelf): Promise<readonly JobPlace[]> {
  const lanes = await Promise.all(ids.map((id) => findLane(id, shelf)))
  return ids.flatMap((id, index) => (lanes[index] === undefined ? [] : [{ id, lane: lanes[index] }]))
}

async function revive(id: string, lane: Lane, shelf: Shelf): Promise<boolean> {
  const { failed, delayed, kept, lines } = lane.keys
  const job = await shelf.bullmq.Job.fromId<JobData>(lane.worker, id)
  if (job === undefined) return false
  const key = job.data.key ?? ''
  const places = [failed, delayed, lane.keys.job(id), kept, lane.keys.line(key), lines] as const
  const isRevived = (await run(shelf.redis, 'galleyRevive', ...places, id, Date.now(), key, parkedScore)) === 1
  if (isRevived && key !== '') await advance(key, lane, shelf)
  return isRevived
}

export async function removeJobs(which: RemovableJobs, shelf: Shelf): Promise<number> {
  if ('ids' in which) return removeAll(await placesOf(which.ids, shelf), shelf)
  const lane = await shelf.lane(which.name)
  let count = 0
  for (;;) {
    const jobs = await listJobs({ ...which, limit: removedAtOnce }, shelf)
    const removed = await removeAll(
      jobs.map(({ id }) => ({ id, lane })),
      shelf,
    )
    count += removed
    if (removed === 0) return count
  }
}

const removedAtOnce = 500

async function removeAll(places: readonly JobPlace[], shelf: Shelf): Promise<number> {
  const removed = await Promise.all(places.map(({ id, lane }) => removeJob(id, lane, shelf)))
  return removed.filter(Boolean).length
}

export async function removeOldJobs(shelf: Shelf): Promise<number> {
  let count = 0
  for (const lane of await shelf.everyLane()) {
    const ids = await shelf.redis.zrangebyscore(lane.keys.kept, 0, Date.now())
    const ended = await Promise.all(ids.map((id) => shelf.redis.hexists(lane.keys.job(id), 'finishedOn')))
    count += await removeAll(
      ids.filter((_, index) => ended[index] === 1).map((id) => ({ id, lane })),
      shelf,
    )
    // What its holder could not end after all; it is kept again from when somebody does.
    const others = ids.filter((_, index) => ended[index] !== 1)
    if (others.length > 0) await shelf.redis.zrem(lane.keys.kept, ...others)
  }
  return count
}

export async function forgetInputs(names: readonly string[], before: string, shelf: Shelf): Promise<number> {
  let count = 0
  for (const lane of await shelf.lanes(names)) {
    const ids = await shelf.redis.zrangebyscore(lane.keys.failed, 0, `(${Date.parse(before)}`)
    for (const id of ids) {
      const job = await shelf.bullmq.Job.fromId<JobData>(lane.worker, id)
      if (job === undefined || Object.keys(job.data.input).length === 0) continue
      await job.updateData({ ...job.data, input: {} })
      count += 1
    }
  }
  return count
}

const countedStates: readonly JobState[] = ['waiting', 'running', 'done', 'dead', 'cancelled']

export async function countJobs(shelf: Shelf): Promise<readonly JobCount[]> {
  const lanes = await shelf.everyLane()
  const counts = await Promise.all(lanes.map((lane) => countLane(lane, shelf)))
  return counts.flat().filter(({ count }) => count > 0)
}

async function countLane({ name, keys }: Lane, { redis }: Shelf): Promise<readonly JobCount[]> {
  const { wait, prioritized, delayed, active, completed, failed, cancelled, jobs } = keys
  const places = [wait, prioritized, delayed, active, completed, failed, cancelled]
  const counts = await run<number[]>(redis, 'galleyCount', ...places, jobs)
  return countedStates.map((state, index) => ({ name, state, count: counts[index]! }))
}
