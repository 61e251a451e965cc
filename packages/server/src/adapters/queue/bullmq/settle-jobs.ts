import type { Hold, Outcome } from '../../../ports/queue.ts'
import { type JobData, type Lane, type LaneJob, RetryLater } from './lane.ts'
import { advance } from './lines.ts'
import type { Shelf } from './shelf.ts'

/** Notes how jobs ended, and gives the ids of those whose hold was over. */
export async function settleJobs(outcomes: readonly Outcome[], shelf: Shelf): Promise<readonly string[]> {
  const ended = await Promise.all(outcomes.map((outcome) => settleOne(outcome, shelf)))
  return outcomes.filter((_, index) => ended[index] === 'over').map(({ hold }) => hold.id)
}

async function settleOne(outcome: Outcome, shelf: Shelf): Promise<'settled' | 'over'> {
  const { hold } = outcome
  const lane = await shelf.lane(hold.name)
  const job = await shelf.bullmq.Job.fromId<JobData>(lane.worker, hold.id)
  if (job === undefined) return 'over'
  try {
    await (enders[outcome.kind] as Ender)(job, outcome, { lane, shelf })
  } catch (error) {
    if (isOver(error)) return 'over'
    throw error
  }
  if (job.data.key !== undefined) await advance(job.data.key, lane, shelf)
  return 'settled'
}

interface Place {
  readonly lane: Lane
  readonly shelf: Shelf
}

type Ender<Kind extends Outcome['kind'] = Outcome['kind']> = (
  job: LaneJob,
  outcome: Extract<Outcome, { kind: Kind }>,
  place: Place,
) => Promise<void>

const enders: { readonly [Kind in Outcome['kind']]: Ender<Kind> } = {
  async done(job, { hold, keepMs }, place) {
    await finish(job, keepMs, place, () => job.moveToCompleted(null, tokenOf(hold), false))
  },
  // Not failed for BullMQ: nobody is to try it again.
  async cancelled(job, { hold, keepMs, error }, place) {
    const { lane, shelf } = place
    await finish(job, keepMs, place, () => job.moveToCompleted({ cancelled: error }, tokenOf(hold), false))
    if (keepMs > 0) await shelf.redis.zadd(lane.keys.cancelled, 0, hold.id)
  },
  async dead(job, { hold, keepMs, error }, place) {
    const { UnrecoverableError } = place.shelf.bullmq
    await finish(job, keepMs, place, () => job.moveToFailed(new UnrecoverableError(error), tokenOf(hold), false))
  },
  async retry(job, { hold, runAt, error }, { lane, shelf }) {
    const due = Date.parse(runAt)
    await job.moveToFailed(new RetryLater(error, due - Date.now()), tokenOf(hold), false)
    await shelf.redis.hset(lane.keys.job(hold.id), 'due', due)
  },
  async release(job, { hold }) {
    await job.moveToWait(tokenOf(hold))
  },
}

async function finish(
  job: LaneJob,
  keepMs: number,
  { lane, shelf }: Place,
  end: () => Promise<unknown>,
): Promise<void> {
  const isKept = keepMs > 0
  Object.assign(job.opts, { removeOnComplete: !isKept, removeOnFail: !isKept })
  // Before it ends, so that no crash lets it be kept for ever; what has not ended is not removed by it.
  if (isKept) await shelf.redis.zadd(lane.keys.kept, Date.now() + keepMs, job.id!)
  await end()
  if (!isKept) await shelf.redis.zrem(shelf.keys.index, `${job.id} ${lane.name}`)
}

/** The token by which BullMQ knows the holder. */
export function tokenOf({ fence }: Hold): string {
  return String(fence)
}

// ErrorCode of BullMQ: no such job, no lock, not being worked on, the lock is another one's.
const codesOfOver: ReadonlySet<unknown> = new Set([-1, -2, -3, -6])

function isOver(error: unknown): boolean {
  return codesOfOver.has((error as { code?: unknown }).code)
}
