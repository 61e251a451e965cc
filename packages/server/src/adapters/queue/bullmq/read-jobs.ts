import type { JobState, ListQuery, StoredJob } from '../../../ports/queue.ts'
import type { JobData, Lane } from './lane.ts'
import type { Shelf } from './shelf.ts'

export async function findJob(id: string, shelf: Shelf): Promise<StoredJob | undefined> {
  const lane = await findLane(id, shelf)
  return lane === undefined ? undefined : (await readJobs([{ id, lane }], shelf))[0]
}

/** Where a job is; undefined: nowhere. */
export async function findLane(id: string, shelf: Shelf): Promise<Lane | undefined> {
  const [member] = await shelf.redis.zrangebylex(shelf.keys.index, `[${id} `, `(${id}!`, 'LIMIT', 0, 1)
  return member === undefined ? undefined : shelf.lane(nameIn(member))
}

/** The latest first. */
export async function listJobs({ state, name, limit, after }: ListQuery, shelf: Shelf): Promise<readonly StoredJob[]> {
  const found: StoredJob[] = []
  let before = after === undefined ? '+' : `(${after} `
  while (found.length < limit) {
    const members = await shelf.redis.zrevrangebylex(shelf.keys.index, before, '-', 'LIMIT', 0, chunk)
    const wanted = members.filter((member) => name === undefined || nameIn(member) === name)
    const places = await Promise.all(
      wanted.map(async (member) => ({ id: idIn(member), lane: await shelf.lane(nameIn(member)) })),
    )
    found.push(...(await readJobs(places, shelf)).filter((job) => state === undefined || job.state === state))
    if (members.length < chunk) break
    before = `(${members.at(-1)}`
  }
  return found.slice(0, limit)
}

const chunk = 500

const idIn = (member: string) => member.slice(0, member.indexOf(' '))
const nameIn = (member: string) => member.slice(member.indexOf(' ') + 1)

interface JobPlace {
  readonly id: string
  readonly lane: Lane
}

/** In their order, without those that are not there any more. */
export async function readJobs(places: readonly JobPlace[], { redis, keys }: Shelf): Promise<readonly StoredJob[]> {
  if (places.length === 0) return []
  const batch = redis.pipeline()
  for (const { id, lane } of places)
    batch.hgetall(lane.keys.job(id)).exists(lane.keys.lock(id)).lpos(lane.keys.active, id)
  const replies = (await batch.exec())!.map(([error, value]) => {
    if (error !== null) throw error
    return value
  })
  const jobs: StoredJob[] = []
  const gone: string[] = []
  for (const [index, { id, lane }] of places.entries()) {
    const [hash, locked, place] = replies.slice(index * 3, index * 3 + 3)
    const raw = {
      ...(hash as Hash),
      id,
      isHeld: locked === 1,
      isActive: place !== null,
    }
    if (raw.name === undefined) gone.push(`${id} ${lane.name}`)
    else jobs.push(storedFrom(raw))
  }
  // Left behind by a process that died after the job was removed.
  if (gone.length > 0) await redis.zrem(keys.index, ...gone)
  return jobs
}

/** The hash of a job, with BullMQ's names: atm attempts made, ats attempts started, stc how often a hold ran out, pb who holds it. */
type Hash = Readonly<
  Partial<
    Record<
      | 'name'
      | 'data'
      | 'priority'
      | 'timestamp'
      | 'finishedOn'
      | 'failedReason'
      | 'returnvalue'
      | 'atm'
      | 'ats'
      | 'stc'
      | 'pb'
      | 'progress'
      | 'due',
      string
    >
  >
>

interface RawJob extends Hash {
  readonly id: string
  readonly isHeld: boolean
  readonly isActive: boolean
}

function storedFrom(raw: RawJob): StoredJob {
  const state = stateOf(raw)
  const data = JSON.parse(raw.data!) as JobData
  return {
    id: raw.id,
    name: raw.name!,
    state,
    input: data.input,
    priority: Number(raw.priority) - 1,
    key: data.key,
    addedAt: iso(raw.timestamp)!,
    runAt: state === 'waiting' ? iso(raw.due ?? data.due) : undefined,
    holder: state === 'running' ? raw.pb : undefined,
    progress: state === 'done' ? 100 : Number(raw.progress ?? 0),
    failures: failuresOf(raw, state),
    fence: Number(raw.ats ?? 0),
    lastError: state === 'cancelled' ? cancelledBy(raw) : raw.failedReason,
    finishedAt: iso(raw.finishedOn),
  }
}

function stateOf(raw: RawJob): JobState {
  if (raw.finishedOn === undefined) return raw.isHeld ? 'running' : 'waiting'
  if (raw.returnvalue === undefined) return 'dead'
  return cancelledBy(raw) === undefined ? 'done' : 'cancelled'
}

function cancelledBy({ returnvalue = 'null' }: RawJob): string | undefined {
  return (JSON.parse(returnvalue) as { cancelled?: string } | null)?.cancelled
}

/** BullMQ counts the attempt that succeeds as well; a hold that has run out is counted when it is taken back. */
function failuresOf({ atm = '0', stc = '0', isActive, isHeld }: RawJob, state: JobState): number {
  const made = Number(atm) - (state === 'done' || state === 'cancelled' ? 1 : 0)
  return made + Number(stc) + (isActive && !isHeld ? 1 : 0)
}

function iso(ms: string | number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(Number(ms)).toISOString()
}
