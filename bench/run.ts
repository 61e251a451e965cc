import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createTestApp } from 'galley/testing'
import app from './app.ts'
import { fill, type Ids } from './fill.ts'
import { generator, type LoadResult, load, type Request } from './load.ts'

const usage = `Measures Galley against a hand-written node:http handler around the same prepared statements.

  npm run bench [-- --rounds 5] [--seconds 3] [--products 10000] [--only read-one,list,create]

Figures are medians over interleaved rounds; compare the ratios, not the absolute numbers.`

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    products: { type: 'string', default: '10000' },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
if (flags.help) {
  console.log(usage)
  process.exit(0)
}

interface Contender {
  readonly name: 'bare' | 'galley'
  readonly child: ChildProcess
  readonly url: string
  readonly readyMs: number
}

interface Work {
  readonly name: string
  request(ids: Ids): Request
  readonly connections: number
}

const works: readonly Work[] = [
  {
    name: 'read-one',
    connections: 32,
    request: (ids) => ({ method: 'GET', path: `/api/products/${ids.products[4321 % ids.products.length]}` }),
  },
  {
    name: 'list',
    connections: 32,
    request: () => ({
      method: 'GET',
      path: '/api/products?filter[price][gte]=50000&sort=price&expand=category&limit=20',
    }),
  },
  {
    name: 'create',
    connections: 64,
    request: (ids) => ({
      method: 'POST',
      path: '/api/products',
      body: JSON.stringify({ name: 'New', description: 'x'.repeat(150), price: 1, category: ids.categories[0] }),
    }),
  },
]

const built = fileURLToPath(new URL('../packages/server/dist', import.meta.url))
if (!existsSync(built)) {
  console.error('Build first: npm run build. The benchmark measures the package as users get it.')
  process.exit(1)
}

const folder = mkdtempSync(join(tmpdir(), 'galley-bench-'))
try {
  await run()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function run(): Promise<void> {
  const ids = await prepare()
  const galley = await startGalley()
  writeFileSync(join(folder, 'headers.json'), JSON.stringify(await headersOf(galley, ids)))
  const bare = await startBare()
  try {
    await checkEqualAnswers(galley, bare, ids)
    const idleMb = residentMb(galley)
    for (const work of works) if (isWanted(work)) await measure(work, [bare, galley], ids)
    const loadedMb = residentMb(galley)
    console.log(
      `\nready after ${Math.round(galley.readyMs)} ms · ${idleMb} MB resident idle · ${loadedMb} MB after the load`,
    )
    console.log(`${generator} · Node ${process.version} · ${cpus().length} × ${cpus()[0]?.model}`)
  } finally {
    galley.child.kill('SIGTERM')
    bare.child.kill('SIGTERM')
  }
}

function isWanted(work: Work): boolean {
  return flags.only === undefined || flags.only.split(',').includes(work.name)
}

async function prepare(): Promise<Ids> {
  const file = join(folder, 'galley.db')
  const filled = await createTestApp(app, { database: `sqlite:${file}` })
  const ids = await fill(filled, Number(flags.products))
  await filled.close()
  copyFileSync(file, join(folder, 'bare.db'))
  return ids
}

/** The built package, in a folder of its own, by `galley start` with everything at its default: as users run it. */
async function startGalley(): Promise<Contender> {
  const project = join(folder, 'project')
  mkdirSync(join(project, 'node_modules'), { recursive: true })
  copyFileSync(new URL('app.ts', import.meta.url), join(project, 'app.ts'))
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'bench', private: true, type: 'module' }))
  symlinkSync(built, join(project, 'node_modules/galley'))
  const port = await freePort()
  const environment = {
    ...process.env,
    PORT: `${port}`,
    DATABASE_URL: `sqlite:${join(folder, 'galley.db')}`,
    NODE_ENV: 'production',
  }
  const began = performance.now()
  const log = openSync(join(folder, 'galley.log'), 'w')
  const child = spawn(process.execPath, [join(built, 'bin/galley.js'), 'start'], {
    cwd: project,
    env: environment,
    stdio: ['ignore', log, log],
  })
  const url = `http://127.0.0.1:${port}`
  await untilReady(`${url}/readyz`, child)
  return { name: 'galley', child, url, readyMs: performance.now() - began }
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok === true) return
    await wait(5)
  }
  throw new Error(`galley ended with ${child.exitCode}: ${readFileSync(join(folder, 'galley.log'), 'utf8')}`)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function startBare(): Promise<Contender> {
  const args = ['bench/contenders/bare.ts', join(folder, 'bare.db'), join(folder, 'headers.json')]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [data] = (await once(child.stdout!, 'data')) as [Buffer]
  return { name: 'bare', child, url: `http://127.0.0.1:${/ready (\d+)/.exec(data.toString())![1]}`, readyMs: 0 }
}

async function headersOf(contender: Contender, ids: Ids): Promise<Record<string, string>> {
  const answer = await fetch(`${contender.url}/api/products/${ids.products[0]}`)
  const own = new Set(['content-length', 'connection', 'keep-alive', 'date', 'transfer-encoding'])
  return Object.fromEntries([...answer.headers].filter(([name]) => !own.has(name)))
}

async function checkEqualAnswers(galley: Contender, bare: Contender, ids: Ids): Promise<void> {
  for (const work of works.slice(0, 2)) {
    const [left, right] = await Promise.all(
      [galley, bare].map(
        async ({ url }) => (await fetch(url + work.request(ids).path)).json() as Promise<{ data?: unknown }>,
      ),
    )
    const same = JSON.stringify(left!.data ?? left) === JSON.stringify(right!.data ?? right)
    if (!same) throw new Error(`${work.name}: the contenders give different answers.`)
  }
}

async function measure(work: Work, contenders: readonly Contender[], ids: Ids): Promise<void> {
  const results = new Map(
    contenders.map(({ name }) => [name, { rates: [] as number[], p99: [] as number[], cpu: [] as number[] }]),
  )
  for (const contender of contenders) await loadOnce(contender, work, ids, 1)
  for (let round = 0; round < Number(flags.rounds); round += 1) {
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
      const before = cpuMs(contender)
      const { rate, p99 } = await loadOnce(contender, work, ids, Number(flags.seconds))
      results.get(contender.name)!.cpu.push(((cpuMs(contender) - before) * 1000) / (rate * Number(flags.seconds)))
      results.get(contender.name)!.rates.push(rate)
      results.get(contender.name)!.p99.push(p99)
    }
  }
  const bare = results.get('bare')!
  for (const [name, { rates, p99, cpu }] of results) {
    const rate = `${Math.round(median(rates))}`.padStart(7)
    const ratio = (median(rates) / median(bare.rates)).toFixed(2)
    const cpuRatio = (median(bare.cpu) / median(cpu)).toFixed(2)
    console.log(
      `${work.name.padEnd(9)} ${name.padEnd(7)} ${rate} requests/s  p99 ${median(p99).toFixed(0).padStart(3)} ms  ${ratio} × bare   ` +
        `${median(cpu).toFixed(0).padStart(4)} µs of processor each  ${cpuRatio} × bare`,
    )
  }
}

function loadOnce(contender: Contender, work: Work, ids: Ids, seconds: number): Promise<LoadResult> {
  return load({ url: contender.url, request: work.request(ids), connections: work.connections, seconds, folder })
}

/** Processor time of all threads, in milliseconds; what other programs do meanwhile does not count. */
function cpuMs(contender: Contender): number {
  const fields = readFileSync(`/proc/${contender.child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

function residentMb(contender: Contender): number {
  const status = readFileSync(`/proc/${contender.child.pid}/status`, 'utf8')
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024)
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)]!
}
