import { monitorEventLoopDelay } from 'node:perf_hooks'

/** Says whether the process is too busy to take on more. */
export interface EventLoopWatch {
  readonly isLate: boolean
  stop(): void
}

const sampleMs = 500

/**
 * Watches how late timers run. Late means: half a second and more on average, twice in a row, so that one long piece of work
 * (a start, a large page) does not count.
 */
export function watchEventLoop(maxDelayMs = 500): EventLoopWatch {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  let lateSamples = 0
  const timer = setInterval(() => {
    lateSamples = delay.mean / 1e6 > maxDelayMs ? lateSamples + 1 : 0
    delay.reset()
  }, sampleMs).unref()
  return {
    get isLate() {
      return lateSamples >= 2
    },
    stop() {
      clearInterval(timer)
      delay.disable()
    },
  }
}
