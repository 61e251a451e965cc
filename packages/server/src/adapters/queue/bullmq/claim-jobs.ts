import { randomUUID } from 'node:crypto'
import type { Claimed, ClaimedJob, ClaimRequest } from '../../../ports/queue.ts'
import type { Lane, LaneJob } from './lane.ts'
import { parkedScore } from './parked.ts'
import { removeJob } from './remove-job.ts'
import { run } from './scripts.ts'
import type { Shelf } from './shelf.ts'

/** Takes jobs that are due. */
export async function claimJobs(request: ClaimRequest, shelf: Shelf): Promise<Claimed> {
  const places = [...request.places].filter(([, count]) => count > 0)
  const lanes = await shelf.lanes(places.map(([name]) => name))
  const views = await Promise.all(lanes.map((lane, index) => look(lane, places[index]![1], request, shelf)))
  const shares = sharesOf(views, request.limit)
  const taken = await Promise.all(views.map((view) => take(view.lane, shares.get(view) ?? 0, request, shelf)))
  const jobs = taken.flat().toSorted(inOrder)
  const hasMore = views.some((view) => view.candidates.length > (shares.get(view) ?? 0))
  return { jobs: jobs.map(({ job }) => job), nextInMs: hasMore ? 0 : nextInMs(views) }
}

interface View {
  readonly lane: Lane
  /** At most as many as there are places, in their order. */
  readonly candidates: readonly Rank[]
  /** When there may be more. */
  readonly nextMs: number | undefined
}

/** What jobs are handed out by. */
interface Rank {
  readonly priority: number
  readonly due: number
  readonly id: string
}

async function look(lane: Lane, places: number, { limit }: ClaimRequest, shelf: Shelf): Promise<View> {
  const { active, prioritized, wait, delayed, jobs } = lane.keys
  const count = Math.min(places, limit)
  const [unranked, found, later, cancelled, firstOverMs] = await run<Look>(
    shelf.redis,
    'galleyLook',
    ...[active, prioritized, wait, delayed],
    ...[jobs, Date.now(), count, parkedScore],
  )
  await Promise.all(cancelled.map((id) => removeJob(id, lane, shelf)))
  // What people let go first by other programs has no priority.
  const first = Array.from({ length: unranked }, () => ({ priority: 0, due: 0, id: '' }))
  const candidates = [...first, ...found.map(rankFrom)].toSorted(byRank).slice(0, count)
  const moments = [
    ...(later === '' ? [] : [Math.floor(Number(later) / 0x1000)]),
    ...(firstOverMs < 0 ? [] : [Date.now() + firstOverMs + 1]),
  ]
  return { lane, candidates, nextMs: moments.length === 0 ? undefined : Math.min(...moments) }
}

/** What `galleyLook` gives. */
type Look = [unranked: number, found: string[], later: string, cancelled: string[], firstOverMs: number]

function rankFrom(text: string): Rank {
  const [priority, due, id] = text.split(' ')
  return { priority: Number(priority), due: Number(due), id: id! }
}

function byRank(left: Rank, right: Rank): number {
  return left.priority - right.priority || left.due - right.due || (left.id < right.id ? -1 : 1)
}

/** How many of each name are taken, so that the first of all come first. */
function sharesOf(views: readonly View[], limit: number): ReadonlyMap<View, number> {
  const all = views.flatMap((view) => view.candidates.map((rank) => ({ rank, view })))
  const first = all.toSorted((left, right) => byRank(left.rank, right.rank)).slice(0, limit)
  const shares = new Map<View, number>()
  for (const { view } of first) shares.set(view, (shares.get(view) ?? 0) + 1)
  return shares
}

interface Taken {
  readonly job: ClaimedJob
  readonly rank: Rank
}

async function take(lane: Lane, count: number, request: ClaimRequest, shelf: Shelf): Promise<readonly Taken[]> {
  Object.assign(lane.worker.opts, { lockDuration: request.leaseMs, name: request.holder })
  const jobs = await Promise.all(Array.from({ length: count }, () => takeOne(lane, request, shelf)))
  return jobs.filter((job) => job !== undefined)
}

async function takeOne(
  { keys, worker }: Lane,
  { leaseMs }: ClaimRequest,
  { redis }: Shelf,
): Promise<Taken | undefined> {
  const token = randomUUID()
  const job: LaneJob | undefined = await worker.getNextJob(token, { block: false })
  if (job === undefined) return undefined
  const id = job.id!
  const unique = keys.deduplication(job.data.uniqueKey ?? '')
  const places = [keys.job(id), keys.lock(id), unique] as const
  const isOurs = await run(redis, 'galleyAdopt', ...places, token, job.attemptsStarted, leaseMs, id)
  return isOurs === 1 ? { job: claimedFrom(job), rank: { priority: job.priority, due: job.data.due, id } } : undefined
}

function claimedFrom(job: LaneJob): ClaimedJob {
  return {
    id: job.id!,
    name: job.name,
    fence: job.attemptsStarted,
    input: job.data.input,
    key: job.data.key,
    priority: job.priority - 1,
    addedAt: new Date(job.timestamp).toISOString(),
    attempt: job.attemptsMade + job.stalledCounter + 1,
  }
}

function inOrder(left: Taken, right: Taken): number {
  return byRank(left.rank, right.rank)
}

function nextInMs(views: readonly View[]): number | undefined {
  const moments = views.map(({ nextMs }) => nextMs).filter((moment) => moment !== undefined)
  return moments.length === 0 ? undefined : Math.max(0, Math.min(...moments) - Date.now())
}
