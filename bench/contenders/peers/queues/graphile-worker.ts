import { Logger, makeWorkerUtils, type Runner, run } from 'graphile-worker'
import pg from 'pg'

const size = 500
const logger = new Logger(() => () => {})

/** With what its page on performance advises for many short jobs: a local queue, and completions in batches. */
export async function openQueue(connectionString: string, onJob: () => void) {
  const pool = new pg.Pool({ connectionString, max: 25 })
  pool.on('error', console.error)
  pool.on('connect', (client) => client.on('error', console.error))
  const utils = await makeWorkerUtils({ pgPool: pool, logger })
  await utils.migrate()
  let runner: Runner | undefined
  return {
    add: (index: number) => utils.addJob('count', { index }),
    async addMany(count: number) {
      for (let first = 0; first < count; first += 1_000) {
        const length = Math.min(1_000, count - first)
        await utils.addJobs(
          Array.from({ length }, (_, index) => ({ identifier: 'count', payload: { index: first + index } })),
        )
      }
    },
    async start() {
      runner = await run({
        pgPool: pool,
        logger,
        noHandleSignals: true,
        taskList: { count: onJob },
        preset: {
          worker: {
            concurrentJobs: 24,
            localQueue: { size },
            completeJobBatchDelay: 0,
            failJobBatchDelay: 0,
          },
        },
      })
    },
    async isEmpty() {
      const { rows } = await pool.query('select 1 from graphile_worker._private_jobs limit 1')
      return rows.length === 0
    },
    async stop() {
      await runner?.stop()
    },
  }
}
