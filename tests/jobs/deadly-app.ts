import { setTimeout as sleep } from 'node:timers/promises'
import { collection, defineApp, job, text } from '../../packages/server/src/index.ts'

/** What jobs did. */
const effects = collection('effects', { fields: { job: text() } })

const retry = { attempts: 2 } as const

/** Ends the process that does it. */
export const deadly = job('deadly.kill', {
  retry,
  run: () => process.kill(process.pid, 'SIGKILL'),
})

export const innocent = job('deadly.innocent', {
  retry,
  async run({ id, transaction }) {
    await sleep(50)
    await transaction(async ({ db }) => void (await db.effects!.create({ job: id })))
  },
})

export const deadlyApp = defineApp({ name: 'deadly', collections: [effects], jobs: [deadly, innocent] })
