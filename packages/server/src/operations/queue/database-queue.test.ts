import { databases } from '../../../../../tests/databases.ts'
import { MemoryHub } from '../../adapters/bus/memory/memory-hub.fixture.ts'
import { databaseFromUrl } from '../../app/database-from-url.ts'
import { silentLog } from '../../base/silent-log.ts'
import { jobsTable, settingsTable, systemTableShape } from '../../schema/system-tables.ts'
import { queueContract, type TestQueue } from '../../testing/queue.contract.ts'
import { DatabaseQueue } from './database-queue.ts'

for (const { name, url } of databases) queueContract(`the queue in ${name}`, async () => openQueue(await url()))

async function openQueue(databaseUrl: string): Promise<TestQueue> {
  const database = await databaseFromUrl(databaseUrl)
  const { dialect } = database
  await database.transaction(async (tx) => {
    for (const table of [jobsTable, settingsTable])
      for (const text of dialect.schema.createTable(systemTableShape(table, dialect))) await tx.script(text)
  })
  let nowMs = Date.parse('2026-03-01T00:00:00.000Z')
  const clock = { nowMs: () => nowMs }
  const hub = new MemoryHub(silentLog)
  const queues: DatabaseQueue[] = []
  const join = () => {
    const queue = new DatabaseQueue({ database, bus: hub.join(), clock, log: silentLog })
    queues.push(queue)
    return queue
  }
  const queue = join()
  return {
    queue,
    another: async () => join(),
    async pass(ms) {
      nowMs += ms
    },
    nowMs: clock.nowMs,
    async transaction(work) {
      const { tx, result } = await database.transaction(async (tx) => ({ tx, result: await work(tx) }))
      queue.committed(tx)
      return result
    },
    async close() {
      for (const each of queues) await each.close()
      await database.close()
    },
  }
}
