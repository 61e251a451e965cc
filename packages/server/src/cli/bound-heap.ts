import { flushCompileCache } from 'node:module'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/** Of the two halves where new objects are made, together. V8's own limit is four times that. */
const youngBytes = 16 * 1024 * 1024
const checkEveryMs = 50

/**
 * Keeps the memory of a server near what it uses, from now on: a burst of writes would otherwise leave 60 MB of room for new objects
 * and as much for old garbage, for good (docs/decisions/what-a-start-loads.md).
 *
 * Flags of the command line would say the same, but a program cannot give them to itself without a second start.
 */
export function boundHeap(): void {
  flushCompileCache() // what is compiled under other flags is not taken at the next start
  setFlagsFromString('--heap-growing-percent=100')
  const timer = setInterval(() => {
    if (!isYoungGrown()) return
    setFlagsFromString('--semi-space-growth-factor=1')
    clearInterval(timer)
  }, checkEveryMs).unref()
}

function isYoungGrown(): boolean {
  const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')
  return young === undefined || young.space_size > youngBytes * 0.9 // the last pages are taken when they are needed
}
