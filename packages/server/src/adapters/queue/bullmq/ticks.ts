import { isTicked, type NewJob } from '../../../ports/queue.ts'
import { commit, lanesOf, queueUpJob } from './add-jobs.ts'
import type { Shelf } from './shelf.ts'

/** Remembers moments of schedules, each together with its job, on a connection of its own: what is watched there is watched for one at a time. */
export class Ticks {
  readonly #shelf: Shelf
  #turn: Promise<unknown> = Promise.resolve()

  constructor(shelf: Shelf) {
    this.#shelf = shelf
  }

  async last(schedule: string): Promise<string | undefined> {
    return (await this.#shelf.redis.hget(this.#shelf.keys.ticks, schedule)) ?? undefined
  }

  tick(schedule: string, moment: string, job: NewJob | undefined): Promise<boolean> {
    const turn = this.#turn.catch(() => {}).then(() => this.#tick(schedule, moment, job))
    this.#turn = turn
    return turn
  }

  async #tick(schedule: string, moment: string, job: NewJob | undefined): Promise<boolean> {
    const { redis, keys } = this.#shelf
    const jobs = job === undefined ? [] : [job]
    const lanes = await lanesOf(jobs, this.#shelf)
    for (;;) {
      await redis.watch(keys.ticks)
      if (isTicked(await this.last(schedule), moment, Date.now())) {
        await redis.unwatch()
        return false
      }
      const replies = await commit(this.#shelf, (batch) => {
        batch.hset(keys.ticks, { [schedule]: moment } as never) // as BullMQ's wrapping takes it
        for (const one of jobs) queueUpJob(batch, one, lanes.get(one.name)!, this.#shelf)
      })
      if (replies.length > 0) return true // none: somebody else has ticked meanwhile
    }
  }

  close(): Promise<void> {
    return this.#shelf.close()
  }
}
