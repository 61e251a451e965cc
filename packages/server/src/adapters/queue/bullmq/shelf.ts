import type { Redis } from 'ioredis'
import { type Keys, keysOf } from './keys.ts'
import { type Lane, openLane } from './lane.ts'
import type { Drivers } from './load-drivers.ts'
import { defineScripts } from './scripts.ts'

/** A connection to Redis and the queues of BullMQ that are used by it, each opened when its name is met for the first time. */
export class Shelf {
  readonly redis: Redis
  readonly keys: Keys
  readonly #prefix: string
  readonly #drivers: Drivers
  readonly #lanes = new Map<string, Promise<Lane>>()
  #sent: Promise<unknown> = Promise.resolve()

  constructor(redis: Redis, prefix: string, drivers: Drivers) {
    defineScripts(redis)
    this.redis = redis
    this.keys = keysOf(prefix)
    this.#prefix = prefix
    this.#drivers = drivers
  }

  get bullmq(): Drivers['bullmq'] {
    return this.#drivers.bullmq
  }

  lane(name: string): Promise<Lane> {
    const known = this.#lanes.get(name)
    if (known !== undefined) return known
    const lane = openLane(name, this.#prefix, this.redis, this.#drivers)
    this.#lanes.set(name, lane)
    lane.catch(() => this.#lanes.delete(name))
    return lane
  }

  lanes(names: Iterable<string>): Promise<readonly Lane[]> {
    return Promise.all([...names].map((name) => this.lane(name)))
  }

  /** Those of all names that jobs have been added with, in any process. */
  async everyLane(): Promise<readonly Lane[]> {
    return this.lanes(await this.redis.smembers(this.keys.names))
  }

  /** Sends commands once `ready` is, in the order of the calls, each without waiting for the answer of the one before. */
  async inTurn<T>(ready: Promise<unknown>, send: () => Promise<T>): Promise<T> {
    let answer: Promise<T> | undefined
    const sent = Promise.all([this.#sent, ready]).then(() => {
      answer = send()
    })
    this.#sent = sent.catch(() => {})
    await sent
    return answer!
  }

  /** Another one with a connection of its own, for what nobody else may come between. */
  apart(): Shelf {
    return new Shelf(this.redis.duplicate(), this.#prefix, this.#drivers)
  }

  async close(): Promise<void> {
    for (const lane of await Promise.allSettled(this.#lanes.values()))
      if (lane.status === 'fulfilled') await lane.value.worker.close()
    this.redis.disconnect()
  }
}
