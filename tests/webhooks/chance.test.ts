import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { webhooks } from '../../packages/server/src/features/webhooks/index.ts'
import { collection, declareFor, defineApp, integer } from '../../packages/server/src/index.ts'
import { createTestApp } from '../../packages/server/src/testing/index.ts'
import { databases } from '../databases.ts'
import { type Receiver, startReceiver } from './receiver.ts'

const orders = collection('orders', { fields: { number: integer() } })
const { hook } = declareFor([orders])
const placed = hook('orders', 'afterCreate', ({ record, events }) =>
  events.add('orders.placed', { number: record.number }),
)

const shop = (receivers: readonly Receiver[]) =>
  defineApp({
    name: 'Shop',
    collections: [orders],
    hooks: [placed],
    roles: { admin: {} },
    settings: { outgoing: { allow: receivers.map(({ port }) => `127.0.0.1:${port}`) } },
    features: [webhooks({ events: { 'orders.placed': { description: 'Placed.' } }, managers: ['admin'] })],
  })

const minuteMs = 60_000

for (const { name, projectUrl } of databases) {
  describe(`endpoints that work by chance, on ${name}`, () => {
    test('every event arrives once everybody is well again, and in order where that is asked for', async () => {
      const receivers = [await startReceiver(), await startReceiver()]
      const [ordered, plain] = receivers
      const seed = Math.floor(Math.random() * 2 ** 31)
      const random = randomFrom(seed)
      let nowMs = Date.parse('2026-03-01T09:00:00.000Z')
      const options = { database: (await projectUrl()) || 'sqlite::memory:', clock: { nowMs: () => nowMs } }
      // What rests in memory is one process's own.
      const members = [await createTestApp(shop(receivers), options)]
      if (name === 'postgres') members.push(await createTestApp(shop(receivers), options))
      after(() => Promise.all(members.map((member) => member.close())))
      const [app] = members
      const admin = app!.as({ id: 'ada', roles: ['admin'] })
      for (const { url } of receivers)
        await admin.fetch('/api/webhook-endpoints/add', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ url, events: ['*'], isOrdered: url === ordered!.url }),
        })

      const arrived = new Map(receivers.map((receiver) => [receiver, [] as number[]]))
      let isWell = false
      for (const receiver of receivers)
        receiver.answer(({ message }) => {
          const chance = isWell ? 1 : random()
          if (chance < 0.3) return { status: 500 }
          if (chance < 0.4) return { status: 503, headers: { 'retry-after': '90' } }
          if (chance < 0.5) return { status: 302 }
          arrived.get(receiver)!.push(message.data.number)
          return { status: 200 }
        })
      const deliver = async () => {
        for (const { failures } of await Promise.all(members.map(({ open }) => open.deliverNow())))
          assert.deepEqual(failures, [], `seed ${seed}`)
      }

      const count = 60
      for (let number = 0; number < count; number += 1) {
        await members[number % members.length]!.system.orders.create({ number })
        if (random() < 0.4) await deliver()
        nowMs += Math.floor(random() * 2 * minuteMs)
      }
      isWell = true
      for (let turn = 0; turn < 40; turn += 1) {
        await deliver()
        nowMs += 60 * minuteMs
      }
      const all = Array.from({ length: count }, (_, number) => number)
      assert.deepEqual([...new Set(arrived.get(ordered!))], all, `in order, seed ${seed}`)
      assert.deepEqual(
        arrived.get(plain!)!.toSorted((one, other) => one - other),
        all,
        `once each, seed ${seed}`,
      )
      const deliveries = await (
        await admin.fetch('/api/webhook-deliveries?limit=1&count=exact&filter[state][ne]=delivered')
      ).json()
      assert.equal((deliveries as { page: { total: number } }).page.total, 0, `seed ${seed}`)
    })
  })
}

/** The same numbers for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
