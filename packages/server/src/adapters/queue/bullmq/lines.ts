import type { Lane } from './lane.ts'
import { parkedScore } from './parked.ts'
import { run } from './scripts.ts'
import type { Shelf } from './shelf.ts'

/** Lets the next job of a key go when the one before it has ended. @returns whether there is one that may be due now. */
export async function advance(key: string, { keys }: Lane, { redis }: Shelf): Promise<boolean> {
  const places = [keys.line(key), keys.lines, keys.delayed] as const
  return (await run(redis, 'galleyAdvance', ...places, keys.jobs, key, parkedScore)) === 1
}

const keysAtOnce = 500

/**
 * Lets jobs go that a process has left behind, which ended the one before and died before it could say so: of some keys each time.
 *
 * @param cursor  where the last walk ended; `0` for the first. @returns where to go on; `0`: all keys have been seen.
 */
export async function sweepLines(lane: Lane, shelf: Shelf, cursor: string): Promise<string> {
  const [next, keys] = await shelf.redis.sscan(lane.keys.lines, cursor, 'COUNT', keysAtOnce)
  await Promise.all(keys.map((key) => advance(key, lane, shelf)))
  return next
}
