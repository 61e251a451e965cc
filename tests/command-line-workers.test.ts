import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { databases } from './databases.ts'
import { makeProject, runGalley, startGalley } from './run-galley.ts'
import { count, isAlive, linesOf, serving, shop, until } from './worker-shop.ts'

/** On a connection of its own. */
async function freshGet(url: string): Promise<number> {
  const [answer] = await once(get(url, { agent: false, signal: AbortSignal.timeout(10_000) }), 'response')
  return answer.resume().statusCode
}

async function freshLength(url: string): Promise<number> {
  const [answer] = await once(get(url, { agent: false }), 'response')
  return ((await json(answer)) as { data: unknown[] }).data.length
}

async function post(url: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  assert.equal((await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).status, 201)
}

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

for (const { name: database, projectUrl } of databases) {
  test(`what one worker keeps of answers follows what another writes, on ${database}`, async () => {
    const variables = { DATABASE_URL: await projectUrl() }
    const server = await startGalley(makeProject(shop()), ['start', '--workers', '2'], variables)
    const list = `${server.url}/api/teas?fields=name&limit=100`
    const lengths = () => Promise.all(Array.from({ length: 4 }, () => freshLength(list)))
    for (let made = 0; made < 10; made += 1) {
      assert.deepEqual(await lengths(), [made, made, made, made])
      await post(`${server.url}/api/teas`, { name: 'Sencha' })
      await sleep(100)
    }
    await server.stop()
  })
}

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
  const { exitCode, stdout, stderr } = await runGalley(makeProject('export default {'), ['start', '--workers', 'auto'])
  assert.equal(exitCode, 1)
  assert.equal(stdout, '')
  assert.match(stderr, /^The module .*could not be loaded: [^\n]*\n$/)
})

test('more workers than there are cores are told in the log', async () => {
  const { stdout } = await runGalley(makeProject('export default {'), ['start', '--workers', '256'])
  assert.match(
    stdout,
    /^\{"level":"warn",.*"workers":256,"cores":\d+,"msg":"there are more workers than cores[^\n]*\n$/,
  )
})

test('a number of workers that is none is told, and so is a database that workers cannot share', async () => {
  const folder = makeProject(shop())
  const flag = await runGalley(folder, ['start', '--workers', '0'])
  assert.equal(flag.exitCode, 2)
  assert.match(flag.stderr, /^--workers is 0\. It must be auto, or a whole number from 1 to 256\./)
  const variable = await runGalley(folder, ['start'], { WORKERS: 'many' })
  assert.equal(variable.exitCode, 1)
  assert.match(variable.stderr, /^The environment variable WORKERS is many\. It must be auto, or a whole number/)
  const memory = await runGalley(folder, ['start', '--workers', '2'], { DATABASE_URL: 'sqlite::memory:' })
  assert.equal(memory.exitCode, 1)
  assert.match(
    memory.stderr,
    /^The environment variable DATABASE_URL is sqlite::memory:\. It must be a file or a server/,
  )
  assert.equal(existsSync(join(folder, 'data')), false)
})

test('a client gets its share of requests once, however many workers it comes to', async () => {
  const folder = makeProject(shop('Tea shop', '{ max: 40, windowSeconds: 60 }'))
  const server = await startGalley(folder, ['start', '--workers', '2'])
  const ask = async (times: number) => {
    const statuses: number[] = []
    for (let time = 0; time < times; time += 1) statuses.push(await freshGet(`${server.url}/api/teas`))
    return statuses
  }
  assert.deepEqual(new Set(await ask(40)), new Set([200]))
  await sleep(300) // until all have heard it
  assert.deepEqual(new Set(await ask(10)), new Set([429]))
  await server.stop()
})
