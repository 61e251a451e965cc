import { defineApp, integer, job, system } from 'galley'
import { createTestApp } from 'galley/testing'

let onCount = () => {}
const count = job('count', { input: { index: integer() }, run: () => onCount() })

const app = defineApp({ name: 'queue', collections: [], jobs: [count] })
export default app

const anyJob = { text: 'select 1 from galley_jobs limit 1', parameters: [] }

/** Everything at its default; in the process that adds, as one process of an application does. */
export async function openQueue(database: string, onJob: () => void) {
  onCount = onJob
  const { open, close } = await createTestApp(app, { database, surroundings: { isDevelopment: false } })
  const add = (indexes: readonly number[]) =>
    open.operations.transact({ actor: system, now: new Date().toISOString(), requestId: 'bench' }, async ({ jobs }) => {
      for (const index of indexes) await jobs.add(count, { index })
    })
  return {
    add: (index: number) => add([index]),
    async addMany(length: number) {
      const indexes = Array.from({ length }, (_, index) => index)
      for (let first = 0; first < length; first += 500) await add(indexes.slice(first, first + 500))
    },
    start: async () => open.startDelivering(),
    isEmpty: async () => (await open.database.read(anyJob)).length === 0,
    stop: close,
  }
}
