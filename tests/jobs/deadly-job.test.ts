import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type OpenApp, openApp } from '../../packages/server/src/app/open-app.ts'
import { silentLog } from '../../packages/server/src/base/silent-log.ts'
import { system } from '../../packages/server/src/index.ts'
import { deadly, deadlyApp, innocent } from './deadly-app.ts'

const program = fileURLToPath(new URL('deadly-worker.fixture.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'galley-deadly-'))
after(() => rmSync(folder, { recursive: true, force: true }))

test('a job that ends the process each time is given up alone: what was added with it is done', async () => {
  const databaseUrl = `sqlite:${join(folder, 'deadly.db')}`
  const app = await openApp(deadlyApp, { databaseUrl, log: silentLog, migrate: 'safe' })
  await addJobs(app)
  const start = () => spawn(process.execPath, [program], { env: { ...process.env, DATABASE_URL: databaseUrl } })
  for (let death = 1; death <= 2; death += 1) assert.deepEqual(await once(start(), 'exit'), [null, 'SIGKILL'])
  const last = start()
  try {
    await until(async () => (await app.queue.count()).every(({ state }) => state === 'dead'))
    assert.deepEqual(await app.queue.count(), [{ name: 'deadly.kill', state: 'dead', count: 1 }])
    assert.equal(await app.db.effects!.count(), 15)
  } finally {
    last.kill('SIGKILL')
    await app.close()
  }
})

async function addJobs({ operations }: OpenApp): Promise<void> {
  await operations.transact({ actor: system, now: new Date().toISOString(), requestId: 'test' }, async ({ jobs }) => {
    await jobs.add(deadly, {})
    for (let count = 0; count < 15; count += 1) await jobs.add(innocent, {})
  })
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let waitedMs = 0; !(await isSo()); waitedMs += 50) {
    assert.ok(waitedMs < 20_000, 'It takes too long.')
    await sleep(50)
  }
}
