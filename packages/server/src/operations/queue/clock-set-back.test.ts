import assert from 'node:assert/strict'
import { test } from 'node:test'
import { databaseFromUrl } from '../../app/database-from-url.ts'
import { newId } from '../../base/id.ts'
import { silentLog } from '../../base/silent-log.ts'
import { jobsTable, settingsTable, systemTableShape } from '../../schema/system-tables.ts'
import { DatabaseQueue } from './database-queue.ts'

test('where the clock is set back, what others have added is still found within seconds', async () => {
  const database = await databaseFromUrl('sqlite::memory:')
  for (const table of [jobsTable, settingsTable])
    for (const text of database.dialect.schema.createTable(systemTableShape(table, database.dialect)))
      await database.transaction(async (tx) => tx.script(text))
  let nowMs = Date.parse('2026-03-01T12:00:00.000Z')
  const open = () => new DatabaseQueue({ database, clock: { nowMs: () => nowMs }, log: silentLog })
  const [queue, another] = [open(), open()]
  const claim = () => queue.claim({ places: new Map([['a.job', 9]]), limit: 9, leaseMs: 20_000, holder: 'test' })

  assert.deepEqual((await claim()).jobs, [])
  nowMs -= 3 * 3_600_000
  await another.add([
    { id: newId(), name: 'a.job', input: {}, priority: 50 },
    { id: newId(), name: 'a.job', input: {}, priority: 50, key: 'one' },
  ])
  nowMs += 6_000
  const jobs = (await claim()).jobs.length
  nowMs += 6_000
  assert.equal(jobs + (await claim()).jobs.length, 2)
  for (const each of [queue, another]) await each.close()
  await database.close()
})
