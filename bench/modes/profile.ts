import { globSync, mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseName } from '../databases.ts'
import type { Fleet } from '../fleet.ts'
import { load } from '../load.ts'
import type { Options } from '../options.ts'
import { tell } from '../tell.ts'
import type { Case, Work } from '../works.ts'

const shown = 30

/** Where galley's own time goes: the functions that took most of it in each work. */
export async function profile(options: Options, fleet: Fleet, folder: string): Promise<void> {
  for (const database of options.databases)
    for (const work of options.works.filter(({ isLarge }) => !isLarge))
      for (const one of await galleyCases(work, database, fleet)) {
        tell(`profiling ${work.name}, ${one.label}, on ${database}`)
        console.log(`\n${work.name}, ${one.label}, on ${database}: share of the time, in the function itself`)
        console.log(tableOf(await profileOne(work, one, options.seconds, fleet, folder)).join('\n'))
      }
}

async function galleyCases(work: Work, database: DatabaseName, fleet: Fleet): Promise<readonly Case[]> {
  const original = await fleet.original({ database, size: 'small' })
  const url = async (spec: Case['server']) => (await fleet.server(spec)).url
  const cases = await work.cases({ database, contenders: ['galley'], original, url })
  return cases.filter(({ server }) => server.contender === 'galley' && server.args === undefined)
}

async function profileOne(work: Work, one: Case, seconds: number, fleet: Fleet, folder: string): Promise<Profile> {
  const place = mkdtempSync(join(folder, 'profile-'))
  const nodeArgs = ['--cpu-prof', '--cpu-prof-dir', place]
  const server = await fleet.startAnother({ ...one.server, nodeArgs })
  const { url } = server
  await load({ url, request: one.request, connections: work.connections, seconds: seconds * 2, folder })
  await server.stop()
  const [file] = globSync('*.cpuprofile', { cwd: place })
  return JSON.parse(readFileSync(join(place, file!), 'utf8')) as Profile
}

interface Profile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

function tableOf({ nodes, samples, timeDeltas }: Profile): readonly string[] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
  const selfUs = new Map<string, number>()
  for (const [index, id] of samples.entries()) {
    const name = names.get(id)!
    selfUs.set(name, (selfUs.get(name) ?? 0) + timeDeltas[index]!)
  }
  selfUs.delete('(idle)')
  const allUs = [...selfUs.values()].reduce((sum, us) => sum + us, 0)
  const share = (us: number) => `${((us / allUs) * 100).toFixed(1).padStart(6)} %`
  return [...placesOf(selfUs, share), '', ...tops(selfUs, share)]
}

type Share = (us: number) => string

function tops(selfUs: ReadonlyMap<string, number>, share: Share): readonly string[] {
  return [...selfUs]
    .toSorted(([, left], [, right]) => right - left)
    .slice(0, shown)
    .map(([name, us]) => `${share(us)}  ${name}`)
}

/** By folder of galley, by library, and what Node and V8 do themselves. */
function placesOf(selfUs: ReadonlyMap<string, number>, share: Share): readonly string[] {
  const places = new Map<string, number>()
  for (const [name, us] of selfUs) {
    const [, file = 'V8 and C++'] = name.split('  ')
    const place = file.startsWith('node:')
      ? 'node:'
      : file
          .split('/')
          .slice(0, file.startsWith('galley/') ? 2 : 1)
          .join('/')
    places.set(place, (places.get(place) ?? 0) + us)
  }
  return [...places]
    .toSorted(([, left], [, right]) => right - left)
    .slice(0, 12)
    .map(([place, us]) => `${share(us)}  ${place}`)
}

function nameOf({ functionName, url, lineNumber }: Profile['nodes'][number]['callFrame']): string {
  const place = url.replace(/^.*\/node_modules\//, '').replace(/^file:\/\//, '')
  return `${functionName || '(anonymous)'}${place === '' ? '' : `  ${place}:${lineNumber + 1}`}`
}
