import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { defineApp, integer, job, system } from '../../packages/server/src/index.ts'
import { createTestApp } from '../../packages/server/src/testing/index.ts'
import { databases } from '../databases.ts'
import { type RedisServer, redisIsMissing, startRedisServer } from '../redis.ts'

let server: Promise<RedisServer> | undefined
after(async () => (await server)?.stop())

for (const { name, url } of databases) {
  test(`jobs that wait in Redis are those of transactions that were committed, beside ${name}`, {
    skip: redisIsMissing,
  }, async () => {
    server ??= startRedisServer()
    const done: number[] = []
    const count = job('count', { input: { number: integer() }, run: ({ input }) => void done.push(input.number) })
    const app = defineApp({ name: 'redis', collections: [], jobs: [count] })
    const QUEUE_URL = `${(await server).url}?prefix={${name}}`
    const { open, close } = await createTestApp(app, {
      database: await url(),
      surroundings: { variables: { QUEUE_URL } },
    })
    const add = (numbers: readonly number[], isUndone = false) =>
      open.operations.transact(
        { actor: system, now: new Date().toISOString(), requestId: 'test' },
        async ({ jobs }) => {
          for (const number of numbers) await jobs.add(count, { number }, { key: 'one line' })
          if (isUndone) throw new Error('undone')
        },
      )
    const many = Array.from({ length: 100 }, (_, index) => index + 4)
    await add([1, 2])
    await assert.rejects(add([9], true), /undone/)
    await add([3])
    for (const number of many) await add([number])
    assert.deepEqual(await open.queue.count(), [])
    const { failures } = await open.deliverNow()
    assert.deepEqual(failures, [])
    assert.deepEqual(done, [1, 2, 3, ...many])
    assert.deepEqual(await open.queue.count(), [])
    await close()
  })
}
