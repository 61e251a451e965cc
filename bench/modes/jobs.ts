import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type DatabaseName, emptyDatabase } from '../databases.ts'
import type { Fleet } from '../fleet.ts'
import { makeProject } from '../galley-package.ts'
import { median } from '../measure.ts'
import type { Options } from '../options.ts'
import { installPeers, queuePeer } from '../peers.ts'
import { onItsCore } from '../processors.ts'
import { type QueueFigures, type QueueWork, queueWorks } from '../queues/queue.ts'
import { circumstances } from '../report.ts'
import { writeSection } from '../results-page.ts'
import { tell } from '../tell.ts'
import { compare } from './compare.ts'

const leastPerSecond = 3_000
const drained = 20_000
const works = Object.keys(queueWorks) as readonly QueueWork[]

interface Contender {
  readonly name: string
  /** Which file opens its queue. */
  readonly module: string
  readonly databases: readonly DatabaseName[]
}

/** How many jobs a second one process does, beside what people use on the same PostgreSQL, and what adding one costs a request. */
export async function jobs(options: Options, fleet: Fleet, folder: string): Promise<void> {
  if (options.works.length > 0) await compare({ ...options, writesResults: false }, fleet, folder)
  const contenders = await contendersIn(folder, options)
  const lines = ['work     database  contender             /s   µs cpu    rate   cpu  against']
  console.log(lines[0])
  for (const database of options.databases)
    for (const work of works) {
      const told = await measureWork(work, database, contenders, { options, folder })
      console.log(told.join('\n'))
      lines.push(...told)
    }
  const notes = works.map((work) => `- *${work}*: ${queueWorks[work]}.`)
  if (options.writesResults)
    writeSection(
      'Jobs',
      [settings, '```text', circumstances(options.revision), '', ...lines, '```', '', ...notes].join('\n'),
    )
}

const settings = `By \`npm run bench -- --only jobs --write\`: jobs per second through one process, and its processor time for each. Each line is a process of its
own on an empty database; medians over interleaved rounds. *graphile-worker* has a local queue of 500, 24 at once and completions in batches,
as its page on performance advises; *pg-boss* fetches 500 at once, goes on while batches are full, and is woken by NOTIFY. *galley* is as it comes.
`

async function contendersIn(folder: string, { databases, revision }: Options): Promise<readonly Contender[]> {
  const project = await makeProject(join(folder, 'jobs'), new URL('../queues/app.ts', import.meta.url), revision)
  const galley: Contender = { name: 'galley', module: join(project.folder, 'app.ts'), databases }
  try {
    await installPeers()
    const peers = ['graphile-worker', 'pg-boss'].map((name): Contender => {
      return { name, module: queuePeer(name), databases: ['postgres'] }
    })
    return [galley, ...peers]
  } catch (error) {
    tell(`Without the other queues, which cannot be installed: ${(error as Error).message}`)
    return [galley]
  }
}

interface Circumstances {
  readonly options: Options
  readonly folder: string
}

async function measureWork(
  work: QueueWork,
  database: DatabaseName,
  contenders: readonly Contender[],
  { options, folder }: Circumstances,
): Promise<readonly string[]> {
  tell(`measuring ${work} on ${database}`)
  const running = contenders.filter(({ databases }) => databases.includes(database))
  const samples = new Map<string, QueueFigures[]>(running.map(({ name }) => [name, []]))
  for (let round = 0; round < options.rounds; round += 1)
    for (const one of round % 2 === 0 ? running : running.toReversed())
      samples.get(one.name)!.push(await measureOnce(one, work, await emptyDatabase(database, folder), options.seconds))
  const figures = [...samples].map(([name, of]) => ({ name, ...medians(of) }))
  return [...figures.map((one) => lineOf(work, database, one, figures[0]!)), ...goalLines(work, figures), '']
}

async function measureOnce(
  { module }: Contender,
  work: QueueWork,
  url: string,
  seconds: number,
): Promise<QueueFigures> {
  const program = fileURLToPath(new URL('../queues/program.ts', import.meta.url))
  const [command, ...args] = onItsCore([process.execPath, program, module, work, `${drained}`, `${seconds}`])
  const env = { ...process.env, NODE_ENV: 'production', DATABASE_URL: url }
  const { stdout } = await promisify(execFile)(command, args, { env })
  return JSON.parse(stdout)
}

function medians(samples: readonly QueueFigures[]): QueueFigures {
  const of = (name: keyof QueueFigures) => median(samples.map((sample) => sample[name]))
  return { rate: of('rate'), cpuUs: of('cpuUs') }
}

interface NamedFigures extends QueueFigures {
  readonly name: string
}

function lineOf(work: QueueWork, database: DatabaseName, one: NamedFigures, base: NamedFigures): string {
  const [rate, cpu] = [one.rate.toFixed(0).padStart(8), one.cpuUs.toFixed(0).padStart(8)]
  const ratios = `${(one.rate / base.rate).toFixed(2).padStart(8)}${(base.cpuUs / one.cpuUs).toFixed(2).padStart(6)}`
  return `${[work.padEnd(8), database.padEnd(9), one.name.padEnd(15), rate, cpu].join(' ')}${ratios}  ${base.name}`
}

function goalLines(work: QueueWork, [galley, ...peers]: readonly NamedFigures[]): readonly string[] {
  if (work === 'add') return []
  const verdict = (isReached: boolean) => (isReached ? 'reached' : 'not reached')
  const count = galley!.rate.toFixed(0)
  const least = `  goal: galley at least ${leastPerSecond} a second. Measured ${count}: ${verdict(galley!.rate >= leastPerSecond)}`
  return [
    least,
    ...peers.map(({ name, rate }) => {
      const ratio = galley!.rate / rate
      return `  goal: galley at least 1.00 × ${name}. Measured ${ratio.toFixed(2)}: ${verdict(ratio >= 1)}`
    }),
  ]
}
