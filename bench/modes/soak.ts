import { setTimeout as wait } from 'node:timers/promises'
import autocannon from 'autocannon'
import type { Fleet } from '../fleet.ts'
import { headersOf, type Request } from '../load.ts'
import type { Options } from '../options.ts'
import { residentMb } from '../process-figures.ts'
import { createRequest, readCached, readList, readOne, readOwn } from '../requests.ts'

const sampleSeconds = 10

/** Loads galley for long by a mix of everything, and tells whether its memory stays flat. */
export async function soak(options: Options, fleet: Fleet): Promise<void> {
  for (const database of options.databases) {
    const spec = { contender: 'galley', database, size: 'small' } as const
    const { key } = await fleet.original(spec)
    const { url, pid } = await fleet.server(spec)
    await wait(2_000)
    console.log(`${database}: ${residentMb(pid)} MB resident idle`)
    const samples: number[] = []
    const sampling = setInterval(() => {
      samples.push(residentMb(pid))
      console.log(`${`${samples.length * sampleSeconds}`.padStart(6)} s ${`${samples.at(-1)}`.padStart(5)} MB`)
    }, sampleSeconds * 1000)
    const result = await loadMix(url, mix(key), options.soakSeconds!)
    clearInterval(sampling)
    const bad = result.non2xx + result.errors + result.timeouts
    console.log(`${result.requests.total} requests, ${bad} of them not answered as they should`)
    console.log(
      `after warm-up ${samples[0]} MB, at the end ${samples.at(-1)} MB, ${slope(samples)} MB a minute in the second half\n`,
    )
  }
}

/** Four reads of one record and two of other kinds for each create. */
function mix(key: string): readonly Request[] {
  return [readOne, readList, readOne, readOwn(key), readOne, readCached, createRequest]
}

function loadMix(url: string, requests: readonly Request[], seconds: number): Promise<autocannon.Result> {
  return autocannon({
    url,
    connections: 32,
    duration: seconds,
    requests: requests.map((request) => ({ method: 'GET', ...request, headers: headersOf(request) })),
  })
}

/** Of the line that lies closest to the samples of the second half. */
function slope(samples: readonly number[]): string {
  const half = samples.slice(Math.floor(samples.length / 2))
  if (half.length < 2) return 'unknown'
  const middle = (half.length - 1) / 2
  const mean = half.reduce((sum, value) => sum + value, 0) / half.length
  const rise = half.reduce((sum, value, index) => sum + (index - middle) * (value - mean), 0)
  const run = half.reduce((sum, _, index) => sum + (index - middle) ** 2, 0)
  return ((rise / run) * (60 / sampleSeconds)).toFixed(1)
}
