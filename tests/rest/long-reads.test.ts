import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { collection, defineApp, everyone, integer, text } from 'galley'
import { createTestApp } from 'galley/testing'

const folder = mkdtempSync(join(tmpdir(), 'galley-long-reads-'))
after(() => rmSync(folder, { recursive: true }))

const things = collection('things', {
  fields: { name: text({ max: 100 }), price: integer() },
  rules: { read: everyone() },
})

async function openWithThings(file: string, limits: { statementMs?: number }) {
  const definition = defineApp({ name: 'long reads', collections: [things], settings: { limits } })
  const app = await createTestApp(definition, { database: `sqlite:${join(folder, file)}` })
  await app.open.database.transaction(async (tx) =>
    tx.script(`
      with recursive n(x) as (select 0 union all select x + 1 from n where x < 10000)
      insert into things (id, created_at, updated_at, version, name, price)
      select printf('0195b3a0-0000-7000-8000-%012x', x), '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', 1, 'Thing', x from n`),
  )
  return app
}

const sum = '/api/things/aggregate?sum=price'

test('an aggregate over a large table is answered by a process beside as it would be at home', async () => {
  const app = await openWithThings('answered.db', {})
  const answer = await app.fetch(sum)
  assert.deepEqual([answer.status, await answer.json()], [200, { data: [{ sum: { price: 50_005_000 } }] }])
  await app.close()
})

test('a read that takes too long is a 503 that says what to do and when to come back, and others are answered', async () => {
  const app = await openWithThings('stopped.db', { statementMs: 1 }) // less than a process needs to start
  const answer = await app.fetch(sum)
  const problem = (await answer.json()) as { code: string; detail: string }
  assert.equal(answer.status, 503)
  assert.equal(answer.headers.get('retry-after'), '1')
  assert.equal(problem.code, 'database_statement_timeout')
  assert.match(problem.detail, /Narrow the filter, or add an index/)
  assert.equal((await app.fetch('/api/things/0195b3a0-0000-7000-8000-000000000007')).status, 200)
  assert.equal((await app.fetch('/api/things?limit=20')).status, 200)
  await app.close()
})
