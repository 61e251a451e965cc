import { setTimeout as sleep } from 'node:timers/promises'
import { collection, defineApp, integer, type JobContext, job, text } from '../../packages/server/src/index.ts'

/** How far each line of jobs has come. */
const tallies = collection('tallies', { fields: { last: integer() } })
/** What jobs did, each once. */
const effects = collection('effects', { fields: { job: text({ unique: true }) } })
/** What must never be. */
const faults = collection('faults', { fields: { what: text() } })

const retry = { attempts: 100, backoff: 'fixed', delay: '1s' } as const

/** So that processes are killed before what a job does, and between that and its end. */
const aWhile = () => sleep(Math.random() * 40)

/** One step of a line: it comes after the one before it, and does its effect once, however often it is begun. */
export const step = job('tally.step', {
  input: { tally: text(), number: integer() },
  retry,
  async run({ input, transaction }: JobContext<{ tally: string; number: number }>) {
    await aWhile()
    await transaction(async ({ db }) => {
      const before = { last: input.number - 1 }
      if ((await db.tallies!.updateIf(input.tally, before, { last: input.number })) !== undefined) return
      const { last } = (await db.tallies!.get(input.tally)) as unknown as { last: number }
      if (last < input.number) await db.faults!.create({ what: `${input.number} came after ${last}` })
    })
    await aWhile()
  },
})

/** Done in any order, each effect once. */
export const mark = job('tally.mark', {
  retry,
  async run({ id, transaction }: JobContext<object>) {
    await aWhile()
    await transaction(async ({ db }) => {
      const { data } = await db.effects!.find({ where: { job: id } })
      if (data.length === 0) await db.effects!.create({ job: id })
    })
    await aWhile()
  },
})

export const tallyApp = defineApp({ name: 'tally', collections: [tallies, effects, faults], jobs: [step, mark] })
