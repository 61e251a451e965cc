import { performance } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const watchMs = 250
/** Of that, what the process may work and still count as idle. */
const idleShare = 0.02

/**
 * Gives back the room that a start took and a server does not need, about 10 MB, in the first quarter of a second in which nothing is
 * asked: it takes 40 ms, which nobody should wait for (docs/decisions/what-a-start-loads.md).
 */
export function collectWhenIdle(): void {
  let before = performance.eventLoopUtilization()
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    if (utilization > idleShare) return
    clearInterval(timer)
    collectAll()
  }, watchMs).unref()
}

/** Only the last resort of V8 returns memory to the system; any other collection keeps it for later. */
function collectAll(): void {
  setFlagsFromString('--expose-gc')
  const collect: NodeJS.GCFunction = runInNewContext('gc')
  setFlagsFromString('--no-expose-gc')
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}
