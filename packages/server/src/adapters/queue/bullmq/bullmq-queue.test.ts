import { randomUUID } from 'node:crypto'
import { after, describe } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type RedisServer, redisIsMissing, startRedisServer } from '../../../../../../tests/redis.ts'
import { queueContract, type TestQueue } from '../../../testing/queue.contract.ts'
import { openBullmqQueue } from './index.ts'

let server: Promise<RedisServer> | undefined
after(async () => (await server)?.stop())

describe('BullMQ on Redis', { skip: redisIsMissing }, () => {
  queueContract('the queue of BullMQ', openPlace)
})

/** A place of its own in the Redis of this file. */
async function openPlace(): Promise<TestQueue> {
  server ??= startRedisServer()
  const { url } = await server
  const prefix = `{${randomUUID()}}`
  const another = () => openBullmqQueue({ url, prefix })
  const opened = [await another()]
  return {
    queue: opened[0]!,
    async another() {
      const queue = await another()
      opened.push(queue)
      return queue
    },
    pass: (ms) => sleep(ms),
    nowMs: () => Date.now(),
    async close() {
      for (const queue of opened) await queue.close()
    },
  }
}
