import type { Extended, Hold } from '../../../ports/queue.ts'
import { tokenOf } from './settle-jobs.ts'
import type { Shelf } from './shelf.ts'

export async function extendHolds(holds: readonly Hold[], leaseMs: number, shelf: Shelf): Promise<Extended> {
  const groups = Map.groupBy(holds, ({ name }) => name)
  const parts = await Promise.all([...groups].map(([name, members]) => extendLane(name, members, leaseMs, shelf)))
  return { lost: parts.flatMap(({ lost }) => lost), cancelled: parts.flatMap(({ cancelled }) => cancelled) }
}

async function extendLane(name: string, holds: readonly Hold[], leaseMs: number, shelf: Shelf): Promise<Extended> {
  const { worker, keys } = await shelf.lane(name)
  const ids = holds.map(({ id }) => id)
  const lost = new Set(await worker.extendJobLocks(ids, holds.map(tokenOf), leaseMs))
  const held = ids.filter((id) => !lost.has(id))
  const marks = await Promise.all(held.map((id) => shelf.redis.hget(keys.job(id), 'cancel')))
  return { lost: [...lost], cancelled: held.filter((_, index) => marks[index] !== null) }
}
