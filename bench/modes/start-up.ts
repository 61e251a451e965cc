import { setTimeout as wait } from 'node:timers/promises'
import type { Fleet } from '../fleet.ts'
import { generator, load } from '../load.ts'
import { median } from '../measure.ts'
import type { Options } from '../options.ts'
import { residentMb } from '../process-figures.ts'
import { createRequest, readList, readOne } from '../requests.ts'
import { tell } from '../tell.ts'

const starts = 7

/** How soon galley answers after its process was started, and how much memory it takes. */
export async function startUp(options: Options, fleet: Fleet, folder: string): Promise<string> {
  const lines: string[] = []
  for (const database of options.databases) {
    const spec = { contender: 'galley', database, size: 'small' } as const
    const readyMs: number[] = []
    for (let start = 0; start < starts; start += 1) {
      const server = await fleet.startAnother(spec)
      readyMs.push(server.readyMs)
      await server.stop()
    }
    tell(`memory of galley on ${database}`)
    const server = await fleet.startAnother(spec)
    await wait(2_000)
    const idleMb = residentMb(server.pid)
    let mostMb = idleMb
    const sampling = setInterval(() => {
      mostMb = Math.max(mostMb, residentMb(server.pid))
    }, 200)
    for (const request of [readOne, readList, createRequest])
      await load({ url: server.url, request, connections: 64, seconds: options.seconds, folder })
    clearInterval(sampling)
    await server.stop()
    lines.push(
      `${database}: ready after ${median(readyMs).toFixed(0)} ms (median of ${starts} starts; 350 on SQLite is the aim), ${idleMb} MB resident idle (90), ${mostMb} MB at most under ${generator} (180)`,
    )
  }
  for (const line of lines) console.log(line)
  return lines.join('\n')
}
