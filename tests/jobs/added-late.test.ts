import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineApp, job, system } from '../../packages/server/src/index.ts'
import { createTestApp } from '../../packages/server/src/testing/index.ts'
import { databases } from '../databases.ts'

const work = job('work', { run() {} })
const app = defineApp({ name: 'late', collections: [], jobs: [work] })

// Statements of SQLite give others a turn when a transaction takes long: one that nobody waited for came when it was over.
for (const { name, url } of databases) {
  test(`what a transaction adds at last, after much work, is there when it is committed, on ${name}`, async () => {
    const { open, close } = await createTestApp(app, { database: await url() })
    await open.operations.transact(
      { actor: system, now: new Date().toISOString(), requestId: 'test' },
      async ({ jobs }) => {
        for (let round = 0; round < 3; round += 1) {
          const untilMs = performance.now() + 10
          while (performance.now() < untilMs);
          await jobs.add(work, {})
        }
      },
    )
    assert.deepEqual(await open.queue.count(), [{ name: 'work', state: 'waiting', count: 3 }])
    await close()
  })
}
