import type { ChainableCommander } from 'ioredis'
import type { NewJob } from '../../../ports/queue.ts'
import { type JobData, jobOptions, type Lane } from './lane.ts'
import { parkedMs, parkedScore } from './parked.ts'
import { queueUp } from './scripts.ts'
import type { Shelf } from './shelf.ts'

/** Stores jobs in one transaction of Redis and gives the ids of those that were not there. Who was called first has stored first. */
export async function addJobs(jobs: readonly NewJob[], shelf: Shelf): Promise<readonly string[]> {
  let lanes: ReadonlyMap<string, Lane>
  const ready = async () => {
    lanes = await lanesOf(jobs, shelf)
    await Promise.all([...lanes.values()].map((lane) => letDueGoFirst(lane, shelf)))
  }
  const store = () =>
    commit(shelf, (batch) => {
      for (const job of jobs) queueUpJob(batch, job, lanes.get(job.name)!, shelf)
    })
  const replies = await shelf.inTurn(ready(), store)
  const announced = jobs.map((_, index) => replies[index * commandsOfOne])
  return jobs.filter((_, index) => announced[index] === 1).map(({ id }) => id)
}

export async function lanesOf(jobs: readonly NewJob[], shelf: Shelf): Promise<ReadonlyMap<string, Lane>> {
  const lanes = await shelf.lanes(new Set(jobs.map(({ name }) => name)))
  return new Map(lanes.map((lane) => [lane.name, lane]))
}

/** Runs commands in one transaction, and gives their answers. @throws Error  when one of them fails. */
export async function commit(shelf: Shelf, fill: (batch: ChainableCommander) => void): Promise<readonly unknown[]> {
  // Through BullMQ's wrapping of the connection, which its jobs can be added to.
  const batch = shelf.bullmq.createIORedisClient(shelf.redis).multi() as unknown as ChainableCommander
  fill(batch)
  const replies = await batch.exec()
  if (replies === null) return []
  return replies.map(([error, value]) => {
    if (error !== null) throw error
    return value
  })
}

/** BullMQ hands out what was delayed in the order in which it stopped being so, and finds that out when jobs are claimed. */
async function letDueGoFirst({ keys, worker }: Lane, { redis, bullmq }: Shelf): Promise<void> {
  const due = await redis.zrangebyscore(keys.delayed, 0, Date.now() * 0x1000)
  for (const id of due) {
    const job = await bullmq.Job.fromId<JobData>(worker, id)
    await job?.promote().catch(() => {}) // somebody was faster
  }
}

const commandsOfOne = 3

/** Three commands, whatever the job is. */
export function queueUpJob(batch: ChainableCommander, job: NewJob, lane: Lane, shelf: Shelf): void {
  const { keys, name, worker } = lane
  const { id, key = '', uniqueKey } = job
  const timestamp = Date.now()
  const due = Math.min(dueMs(job, timestamp), parkedMs - 1)
  const line = [keys.line(key), keys.lines] as const
  const unique = keys.deduplication(uniqueKey ?? '')
  const flags = [id, name, uniqueKey === undefined ? '0' : '1', key, `${id} ${due}`] as const
  queueUp(batch, 'galleyAnnounce', keys.job(id), unique, shelf.keys.index, shelf.keys.names, ...line, ...flags)
  const data: JobData = {
    input: job.input,
    due,
    ...(key !== '' && { key }),
    ...(uniqueKey !== undefined && { uniqueKey }),
  }
  // Who has a key is parked, and goes on at once when nobody is before it in the line.
  const delay = (key === '' ? due : parkedMs) - timestamp
  const options = {
    ...jobOptions,
    jobId: id,
    timestamp,
    delay,
    priority: job.priority + 1, // 0 is none, in BullMQ
    ...(uniqueKey !== undefined && { deduplication: { id: uniqueKey } }),
  }
  void new shelf.bullmq.Job<JobData>(worker, name, data, options, id).addJob(batch as never)
  queueUp(batch, 'galleyAdvance', ...line, keys.delayed, keys.jobs, key, parkedScore)
}

function dueMs({ runAt }: NewJob, nowMs: number): number {
  return runAt === undefined ? nowMs : Math.max(nowMs, Date.parse(runAt))
}
