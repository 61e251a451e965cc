import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openApp } from '../../packages/server/src/app/open-app.ts'
import { silentLog } from '../../packages/server/src/base/silent-log.ts'
import { defineApp, job, system } from '../../packages/server/src/index.ts'
import { databases } from '../databases.ts'

const folder = mkdtempSync(join(tmpdir(), 'galley-take-over-'))
after(() => rmSync(folder, { recursive: true, force: true }))

for (const { name, projectUrl } of databases) {
  test(`the job of a process that gives no sign of life is taken over within 30 s, and not while it may live, on ${name}`, async () => {
    const databaseUrl = (await projectUrl()) || `sqlite:${join(folder, 'take-over.db')}`
    let nowMs = Date.parse('2026-03-01T00:00:00.000Z')
    const begun: string[] = []
    const end = Promise.withResolvers<void>()
    const open = (process: string, ending: Promise<void>) => {
      const work = job('work', {
        retry: { attempts: 3 },
        async run({ attempt }) {
          begun.push(`${process}, attempt ${attempt}`)
          await ending
        },
      })
      const app = defineApp({ name: 'take-over', collections: [], jobs: [work] })
      return openApp(app, { databaseUrl, log: silentLog, migrate: 'safe', clock: { nowMs: () => nowMs } })
    }
    const first = await open('first', end.promise)
    const second = await open('second', Promise.resolve())
    await first.operations.transact(
      { actor: system, now: new Date(nowMs).toISOString(), requestId: 'test' },
      ({ jobs }) => jobs.add('work', {}),
    )
    const hanging = first.deliverNow()
    while (begun.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    nowMs += 15_000
    assert.equal((await second.deliverNow()).delivered, 0)
    nowMs += 15_000
    assert.equal((await second.deliverNow()).delivered, 1)
    assert.deepEqual(begun, ['first, attempt 1', 'second, attempt 2'])
    end.resolve()
    await hanging
    assert.deepEqual(await second.queue.count(), [])
    await first.close()
    await second.close()
  })
}
