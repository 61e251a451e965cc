import pg from 'pg'
import { PgBoss } from 'pg-boss'

const queue = 'count'

/** With what it offers for many short jobs: batches, asked for again while they are full, and woken by what is added. */
export async function openQueue(connectionString: string, onJob: () => void) {
  const boss = new PgBoss({ connectionString, max: 25, useListenNotify: true })
  boss.on('error', (error) => console.error(error))
  await boss.start()
  await boss.createQueue(queue, { notify: true })
  const pool = new pg.Pool({ connectionString, max: 1 })
  return {
    add: (index: number) => boss.send(queue, { index }),
    async addMany(count: number) {
      for (let first = 0; first < count; first += 1_000) {
        const length = Math.min(1_000, count - first)
        await boss.insert(
          queue,
          Array.from({ length }, (_, index) => ({ data: { index: first + index } })),
        )
      }
    },
    start: () =>
      boss.work(
        queue,
        { batchSize: 500, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5, localConcurrency: 2 },
        async (jobs) => jobs.forEach(onJob),
      ),
    async isEmpty() {
      const { rows } = await pool.query("select 1 from pgboss.job where name = $1 and state < 'completed' limit 1", [
        queue,
      ])
      return rows.length === 0
    },
    stop: () => boss.stop(),
  }
}
