import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { databases } from './databases.ts'
import { makeProject, type RunningGalley, runGalley, startGalley } from './run-galley.ts'
import { steadyLoad } from './steady-load.ts'

const shop = (name = 'Tea shop') => `
import { action, collection, defineApp, everyone, text } from 'galley'
const teas = collection('teas', {
  fields: { name: text() },
  rules: { read: everyone(), create: everyone() },
})
const brew = action('teas', 'brew', {
  on: 'collection',
  allow: everyone(),
  run: () => new Promise((resolve) => setTimeout(resolve, 1_000)),
})
export default defineApp({ name: '${name}', collections: [teas], actions: [brew], settings: { rateLimit: false } })
export const seed = async (db: any) => void (await db.teas.create({ name: 'Sencha' }))
`

interface Line {
  readonly msg: string
  readonly worker?: number
  readonly pid?: number
}

function linesOf({ output }: RunningGalley): readonly Line[] {
  const whole = output.stdout.slice(0, output.stdout.lastIndexOf('\n') + 1)
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

function serving(server: RunningGalley): readonly Line[] {
  return linesOf(server).filter((line) => line.msg === 'a worker serves')
}

async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let waitedMs = 0; !(await isSo()); waitedMs += 20) {
    if (waitedMs > 20_000) throw new Error(`It never was so: ${what}.`)
    await sleep(20)
  }
}

/** Replaces all workers and waits until that is done. */
async function restart(server: RunningGalley): Promise<void> {
  const done = () => linesOf(server).filter((line) => line.msg === 'all workers were replaced').length
  const before = done()
  server.process.kill('SIGHUP')
  await until(() => done() > before, 'all workers were replaced')
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** On a connection of its own. */
async function freshGet(url: string): Promise<void> {
  const [answer] = await once(get(url, { agent: false, signal: AbortSignal.timeout(10_000) }), 'response')
  assert.equal(answer.resume().statusCode, 200)
}

const count = async (url: string): Promise<number> =>
  ((await (await fetch(`${url}/api/teas?count=exact&limit=1`)).json()) as { page: { total: number } }).page.total

for (const { name: database, projectUrl } of databases) {
  test(`several workers fill the database once and say once where they serve, on ${database}`, async () => {
    const variables = { DATABASE_URL: await projectUrl() }
    const server = await startGalley(makeProject(shop()), ['start', '--seed', '--workers', '3'], variables)
    assert.equal(server.output.stderr.match(/is served at/g)?.length, 1)
    assert.match(server.output.stderr, /^3 workers serve it\..* kill -HUP \d+$/m)
    await until(() => serving(server).length === 3, 'three workers serve')
    assert.equal(await count(server.url), 1)
    assert.equal(await server.stop(), 0)
    assert.ok(serving(server).every(({ pid }) => !isAlive(pid!)))
  })
}

test('no request fails while the workers are replaced under load, and every write that was answered is there', async () => {
  const folder = makeProject(shop())
  const server = await startGalley(folder, ['start'], { WORKERS: '2' })
  const load = steadyLoad(`${server.url}/api/teas`, (number) => ({ name: `Tea ${number}` }))
  await sleep(500)
  for (let round = 0; round < 3; round += 1) await restart(server)
  await sleep(500)
  await load.end()
  assert.deepEqual(load.failures, [])
  assert.ok(load.counts.GET > 100 && load.counts.POST > 50, JSON.stringify(load.counts))
  assert.equal(await count(server.url), load.counts.POST)
  assert.equal(serving(server).length, 8)
  assert.equal(await server.stop(), 0)
})

test('new workers run the code and read the .env that are there then, also with --workers 1', async () => {
  const folder = makeProject(shop())
  writeFileSync(join(folder, '.env'), 'LOG_LEVEL=debug')
  const server = await startGalley(folder, ['start', '--workers', '1'])
  const title = async () => /<title>[^<]*/.exec(await (await fetch(`${server.url}/docs`)).text())![0]
  assert.match(await title(), /Tea shop/)
  writeFileSync(join(folder, 'app.ts'), shop('Coffee shop'))
  writeFileSync(join(folder, '.env'), 'LOG_LEVEL=warn')
  await restart(server)
  await until(async () => /Coffee shop/.test(await title()), 'the connections of before are closed')
  await server.stop()
  const requests = (worker: number) =>
    linesOf(server).filter((line) => line.worker === worker && !/serves|ended/.test(line.msg))
  assert.ok(requests(1).length > 0, 'the first was told to tell requests')
  assert.equal(requests(2).length, 0)
})

test('when the new code does not start, the workers there are go on, and it is said why', async () => {
  const folder = makeProject(shop())
  const server = await startGalley(folder, ['start', '--workers', '2'])
  writeFileSync(join(folder, 'app.ts'), 'export default {')
  server.process.kill('SIGHUP')
  await until(() => linesOf(server).some((line) => /^a new worker did not start/.test(line.msg)), 'it is said')
  assert.match(server.output.stderr, /could not be loaded: .*app\.ts:1\)\.$/m)
  assert.equal(serving(server).length, 2)
  assert.ok(serving(server).every(({ pid }) => isAlive(pid!)))
  writeFileSync(join(folder, 'app.ts'), shop('Coffee shop'))
  await restart(server)
  assert.equal(await server.stop(), 0)
})

test('a worker that is killed is replaced, and the others serve meanwhile', async () => {
  const server = await startGalley(makeProject(shop()), ['start', '--workers', '2'])
  await until(() => serving(server).length === 2, 'two workers serve')
  process.kill(serving(server)[0]!.pid!, 'SIGKILL')
  const answers = await Promise.allSettled(Array.from({ length: 6 }, () => freshGet(`${server.url}/api/teas`)))
  // The one that was being handed to it is lost with it; nobody waits for an answer that never comes.
  const lost = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason.code] : []))
  assert.ok(lost.length === 0 || (lost.length === 1 && lost[0] === 'ECONNRESET'), lost.join())
  await until(() => serving(server).length === 3, 'a third worker serves')
  assert.ok(linesOf(server).some((line) => line.msg === 'a worker has ended by itself' && line.worker === 1))
  assert.equal(await server.stop(), 0)
})

test('when all workers keep ending, galley start gives up and says so', async () => {
  const folder = makeProject(shop())
  const server = await startGalley(folder, ['start', '--workers', '1'])
  await until(() => serving(server).length === 1, 'a worker serves')
  writeFileSync(join(folder, 'app.ts'), 'export default {')
  process.kill(serving(server)[0]!.pid!, 'SIGKILL')
  await until(() => server.process.exitCode !== null, 'it has ended')
  assert.equal(server.process.exitCode, 1)
  assert.match(server.output.stderr, /^No worker serves any more: 5 in a row/m)
})

test('a request in work is answered when all are told to stop', async () => {
  const server = await startGalley(makeProject(shop()), ['start', '--workers', '2'])
  const answer = fetch(`${server.url}/api/teas/brew`, { method: 'POST', signal: AbortSignal.timeout(10_000) })
  await sleep(300)
  server.process.kill('SIGTERM')
  assert.equal((await answer).status, 204)
  await until(() => server.process.exitCode !== null, 'it has ended')
  assert.equal(server.process.exitCode, 0)
})

test('a second signal ends all at once', async () => {
  const server = await startGalley(makeProject(shop()), ['start', '--workers', '2'])
  await until(() => serving(server).length === 2, 'two workers serve')
  const answer = fetch(`${server.url}/api/teas/brew`, { method: 'POST', signal: AbortSignal.timeout(10_000) })
  const cut = assert.rejects(answer)
  await sleep(300)
  server.process.kill('SIGTERM')
  await sleep(100)
  server.process.kill('SIGTERM')
  await cut
  await until(() => server.process.signalCode === 'SIGTERM', 'it has ended')
  await until(() => serving(server).every(({ pid }) => !isAlive(pid!)), 'no worker is left')
})

test('workers do not outlive the process that watches over them, and answer what they are working on', async () => {
  const server = await startGalley(makeProject(shop()), ['start', '--workers', '2'])
  await until(() => serving(server).length === 2, 'two workers serve')
  const answer = fetch(`${server.url}/api/teas/brew`, { method: 'POST', signal: AbortSignal.timeout(10_000) })
  await sleep(300)
  server.process.kill('SIGKILL')
  assert.equal((await answer).status, 204)
  await until(() => serving(server).every(({ pid }) => !isAlive(pid!)), 'no worker is left')
})

test('what keeps the first worker from starting is told once, with its exit code', async () => {
  const { exitCode, stdout, stderr } = await runGalley(makeProject('export default {'), ['start', '--workers', '3'])
  assert.equal(exitCode, 1)
  assert.equal(stdout, '')
  assert.match(stderr, /^The module .*could not be loaded: [^\n]*\n$/)
})

test('a number of workers that is none is told, and so is a database that workers cannot share', async () => {
  const folder = makeProject(shop())
  const flag = await runGalley(folder, ['start', '--workers', '0'])
  assert.equal(flag.exitCode, 2)
  assert.match(flag.stderr, /^--workers is 0\. It must be auto or a number from 1 to 256\./)
  const variable = await runGalley(folder, ['start'], { WORKERS: 'many' })
  assert.equal(variable.exitCode, 1)
  assert.match(variable.stderr, /^The environment variable WORKERS is many\. It must be auto or a number/)
  const memory = await runGalley(folder, ['start', '--workers', '2'], { DATABASE_URL: 'sqlite::memory:' })
  assert.equal(memory.exitCode, 1)
  assert.match(
    memory.stderr,
    /^The environment variable DATABASE_URL is sqlite::memory:\. It must be a file or a server/,
  )
  assert.equal(existsSync(join(folder, 'data')), false)
})
