import type { Job, JobsOptions, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import { type LaneKeys, laneKeysOf } from './keys.ts'
import type { Drivers } from './load-drivers.ts'

/** What a job is in BullMQ. */
export interface JobData {
  readonly input: object
  readonly key?: string
  readonly uniqueKey?: string
  /** Milliseconds since 1970; not before. */
  readonly due: number
}

export type LaneJob = Job<JobData>

/** The queue of BullMQ that the jobs of one name are in. */
export interface Lane {
  readonly name: string
  readonly keys: LaneKeys
  readonly worker: Worker<JobData>
}

/** @param redis  is used by many and closed by whoever made it. */
export async function openLane(name: string, prefix: string, redis: Redis, { bullmq }: Drivers): Promise<Lane> {
  const options = {
    connection: redis,
    prefix,
    autorun: false, // jobs are claimed and settled by hand
    skipStalledCheck: true, // what is not held any more is taken back with each look
    settings: { backoffStrategy: retryDelayMs },
  }
  // A worker by hand never waits in Redis, so it needs no connection of its own to wait with.
  const worker = new bullmq.Worker<JobData>(name, null, options, (queue, given) =>
    bullmq.createRedisBackend(queue, given, {}),
  )
  worker.on('error', () => {}) // what fails is told by the call that fails
  await worker.waitUntilReady()
  return { name, keys: laneKeysOf(prefix, name), worker }
}

/** How BullMQ is to keep a job that is added. */
export const jobOptions: JobsOptions = {
  attempts: Number.MAX_SAFE_INTEGER, // how often is not for the queue to say
  backoff: { type: 'galley' },
  removeOnFail: false,
  stackTraceLimit: 0,
}

/** Fails a job so that it is tried again at a moment. */
export class RetryLater extends Error {
  readonly delayMs: number

  constructor(message: string, delayMs: number) {
    super(message)
    this.delayMs = delayMs
  }
}

function retryDelayMs(_attempts: number, _type?: string, error?: Error): number {
  return error instanceof RetryLater ? Math.max(1, error.delayMs) : -1
}
