import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeProject, startGalley } from './run-galley.ts'
import { steadyLoad } from './steady-load.ts'
import { count, isAlive, linesOf, restart, serving, shop, until } from './worker-shop.ts'

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
