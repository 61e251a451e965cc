import { execFile } from 'node:child_process'
import { argon2, randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Fleet } from '../fleet.ts'
import { makeProject, type Project } from '../galley-package.ts'
import type { Options } from '../options.ts'
import { type Server, startServer } from '../server.ts'
import { tell } from '../tell.ts'

const samples = 400
const password = 'known horses at the harbour'

/** Whether known and unknown accounts are answered as fast, and how reads fare while people sign in. On SQLite. */
export async function signIn(options: Options, _fleet: Fleet, folder: string): Promise<void> {
  const project = await makeProject(
    join(folder, 'accounts'),
    new URL('../accounts-app.ts', import.meta.url),
    options.revision,
  )
  const server = await start(project, folder)
  try {
    await compareKnown(server)
    await readBeside(server, 50, options.seconds * options.rounds)
    await flood(server)
  } finally {
    await server.stop()
    rmSync(project.folder, { recursive: true, force: true })
  }
}

async function start(project: Project, folder: string): Promise<Server> {
  const [program, ...args] = project.galley('start', '--seed')
  tell('starting, with 2 000 accounts')
  return startServer({
    command: [program!, ...args],
    cwd: project.folder,
    environment: { PASSWORD_HASH: await hashOf(password), DATA_DIR: folder, MAIL_URL: `inbox:${join(folder, 'mail')}` },
    readyPath: '/readyz',
    logFile: join(folder, 'accounts.log'),
    cores: '0,1',
  })
}

async function hashOf(text: string): Promise<string> {
  const nonce = randomBytes(16)
  const parameters = { message: text, nonce, parallelism: 1, tagLength: 32, memory: 19_456, passes: 2 }
  const tag = await promisify(argon2)('argon2id', parameters)
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replace(/=+$/, '')
  return `$argon2id$v=19$m=19456,t=2,p=1$${base64(nonce)}$${base64(tag)}`
}

type Ask = (url: string, email: string) => Promise<unknown>

const asks: Readonly<Record<string, Ask>> = {
  'sign in, wrong password': (url, email) =>
    post(`${url}/api/auth/sign-in`, { email, password: 'not the right one', transport: 'token' }),
  'ask for a new password': (url, email) => post(`${url}/api/auth/password/reset`, { email }),
  register: (url, email) =>
    post(`${url}/api/auth/register`, { email, password: 'violet harbour ninety teapots', profile: { name: 'A' } }),
}

async function compareKnown({ url }: Server): Promise<void> {
  console.log(`milliseconds for accounts that exist and that do not, medians of ${samples} interleaved requests each`)
  console.log(`${'request'.padEnd(26)}   known unknown  difference`)
  let person = 0
  for (const [label, ask] of Object.entries(asks)) {
    tell(label)
    const took: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] }
    for (let index = 0; index < samples; index += 1) {
      person += 1
      const turns = [
        ['known', `known${person}@example.com`],
        ['unknown', `nobody${person}@example.com`],
      ] as const
      for (const [kind, email] of index % 2 === 0 ? turns : turns.toReversed()) {
        const began = performance.now()
        await ask(url, email)
        took[kind].push(performance.now() - began)
      }
    }
    const [known, unknown] = [median(took.known), median(took.unknown)]
    const figures = [known, unknown].map((ms) => ms.toFixed(2).padStart(8)).join('')
    console.log(
      `${label.padEnd(26)}${figures}${Math.abs(known - unknown)
        .toFixed(2)
        .padStart(12)}`,
    )
  }
  console.log('')
}

async function readBeside({ url }: Server, perSecond: number, seconds: number): Promise<void> {
  tell(`reading beside ${perSecond} sign-ins a second`)
  const answers = new Map<number, number>()
  const stop = paceSignIns(url, perSecond, answers)
  const program = fileURLToPath(new URL('../paced.ts', import.meta.url))
  const path = '/api/notes/01900000-0000-7000-8000-000000000001'
  const args = [program, '--url', url + path, '--rate', '500', '--seconds', `${seconds}`]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  await stop()
  const { p50, p99, max } = JSON.parse(stdout)
  const ms = [p50, p99, max].map((value: number) => value.toFixed(1)).join(', ')
  console.log(`500 reads of one record a second beside ${perSecond} sign-ins a second, ms: p50, p99, max = ${ms}`)
  console.log(`answers to the sign-ins: ${told(answers)}\n`)
}

function paceSignIns(url: string, perSecond: number, answers: Map<number, number>): () => Promise<void> {
  const running = new Set<Promise<void>>()
  let person = 0
  const timer = setInterval(() => {
    person += 1
    const one = signInAs(url, `known${person % 2_000}@example.com`, answers).finally(() => running.delete(one))
    running.add(one)
  }, 1_000 / perSecond)
  return async () => {
    clearInterval(timer)
    await Promise.all(running)
  }
}

async function flood({ url }: Server): Promise<void> {
  tell('a flood of 1 000 sign-ins at once')
  const answers = new Map<number, number>()
  const health: number[] = []
  const all = Promise.all(
    Array.from({ length: 1_000 }, (_, person) => signInAs(url, `known${person}@example.com`, answers)),
  )
  let isOver = false
  void all.then(() => {
    isOver = true
  })
  while (!isOver) {
    const began = performance.now()
    const answer = await fetch(`${url}/healthz`)
    await answer.arrayBuffer()
    health.push(answer.ok ? performance.now() - began : Number.POSITIVE_INFINITY)
    await new Promise((done) => setTimeout(done, 20))
  }
  console.log(`a flood of 1 000 sign-ins at once is answered: ${told(answers)}`)
  console.log(`health checks meanwhile: ${health.length}, the slowest ${Math.max(...health).toFixed(0)} ms`)
}

async function signInAs(url: string, email: string, answers: Map<number, number>): Promise<void> {
  const { status } = await post(`${url}/api/auth/sign-in`, { email, password, transport: 'token' })
  answers.set(status, (answers.get(status) ?? 0) + 1)
}

let address = 0

/** Each from another address: what is limited by address is not what is measured. */
async function post(url: string, body: object): Promise<Response> {
  address += 1
  const headers = {
    'content-type': 'application/json',
    'x-forwarded-for': `10.${(address >> 16) & 255}.${(address >> 8) & 255}.${address & 255}`,
  }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  await answer.arrayBuffer()
  return answer
}

function told(answers: ReadonlyMap<number, number>): string {
  return [...answers].map(([status, count]) => `${status}: ${count}`).join(', ')
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[values.length >> 1]!
}
