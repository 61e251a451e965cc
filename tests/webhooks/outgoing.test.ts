import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { webhooks } from '../../packages/server/src/features/webhooks/index.ts'
import { collection, declareFor, defineApp, everyone, integer, text } from '../../packages/server/src/index.ts'
import { createTestApp } from '../../packages/server/src/testing/index.ts'
import { databases } from '../databases.ts'
import { isSigned, type Receiver, startReceiver } from './receiver.ts'

const orders = collection('orders', {
  fields: {
    number: text(),
    status: text({ default: 'placed' }),
    total: integer({ default: 0 }),
    note: text({ default: 'inside' }),
  },
  rules: { create: everyone(), read: everyone() },
})
const { hook } = declareFor([orders])
const placed = hook('orders', 'afterCreate', async ({ record, events }) => {
  const { number, status, total, note } = record
  await events.add('orders.placed', { number, status, total, note })
  if (number === 'refused') throw new Error('on purpose')
})

const hourMs = 3_600_000

const shop = (receivers: readonly Receiver[]) =>
  defineApp({
    name: 'Shop',
    collections: [orders],
    hooks: [placed],
    roles: { admin: {}, staff: {} },
    settings: { outgoing: { allow: receivers.map(({ port }) => `127.0.0.1:${port}`) } },
    features: [
      webhooks({
        events: {
          'orders.placed': {
            description: 'Somebody has placed an order.',
            payload: { number: text(), status: text(), total: integer() },
          },
          'orders.shipped': { description: 'An order is on its way.' },
        },
        managers: ['admin'],
        notify: 'ops@example.com',
      }),
    ],
  })

for (const { name, url } of databases) {
  describe(`webhooks that go out, on ${name}`, () => {
    const place = async () => {
      const [one, other] = [await startReceiver(), await startReceiver()]
      let nowMs = Date.parse('2026-03-01T09:00:00.000Z')
      const lines: string[] = []
      const note = (data: object, message: string) => void lines.push(`${message} ${JSON.stringify(data)}`)
      const log = { trace: note, debug: note, info: note, warn: note, error: note, fatal: note } as never
      const app = await createTestApp(shop([one, other]), { database: await url(), clock: { nowMs: () => nowMs }, log })
      after(() => app.close())
      const admin = app.as({ id: 'ada', roles: ['admin'] })
      const call = async (method: string, path: string, body?: object, who = admin) => {
        const answer = await who.fetch(path, {
          method,
          headers: { 'content-type': 'application/json' },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        })
        const text = await answer.text()
        return { status: answer.status, body: text === '' ? {} : JSON.parse(text) }
      }
      const add = async (values: object = {}) => {
        const { status, body } = await call('POST', '/api/webhook-endpoints/add', {
          url: one.url,
          events: ['orders.placed'],
          ...values,
        })
        assert.equal(status, 200, JSON.stringify(body))
        return { id: body.endpoint as string, secret: body.secret as string }
      }
      const deliver = async () => {
        const { failures } = await app.open.deliverNow()
        assert.deepEqual(failures, [])
      }
      return {
        app,
        one,
        other,
        admin,
        call,
        add,
        deliver,
        lines,
        pass: (ms: number) => {
          nowMs += ms
        },
        now: () => new Date(nowMs).toISOString(),
        nowMs: () => nowMs,
        place: async (...numbers: readonly string[]) => {
          for (const number of numbers) await app.system.orders.create({ number, total: 7 })
        },
        endpoint: async (id: string) => (await call('GET', `/api/webhook-endpoints/${id}`)).body,
        deliveries: async (endpoint: string) =>
          (await call('GET', `/api/webhook-deliveries?filter[endpoint]=${endpoint}&sort=event&limit=100`)).body.data,
        numbers: ({ received }: Receiver) => received.map(({ message }) => message.data.number),
      }
    }

    test('what happened is sent once it is committed, with what is declared of it, signed so that the library of Standard Webhooks takes it', async () => {
      const { app, one, other, add, place: order, deliver, deliveries, now } = await place()
      const { id, secret } = await add()
      await add({ url: other.url, events: ['orders.shipped'] })
      await assert.rejects(app.system.orders.create({ number: 'refused' }), /on purpose/)
      await order('A-1')
      assert.equal(one.received.length, 0)
      await deliver()
      assert.deepEqual(other.received, [])
      assert.equal(one.received.length, 1)
      const [got] = one.received
      assert.deepEqual(got!.message, {
        type: 'orders.placed',
        timestamp: now(),
        data: { number: 'A-1', status: 'placed', total: 7 },
      })
      assert.equal(got!.path, '/hooks')
      assert.match(got!.headers['user-agent']!, /^galley \(Shop\)$/)
      assert.equal(got!.headers['content-type'], 'application/json')
      assert.ok(isSigned(got!, secret))
      const [delivery] = await deliveries(id)
      assert.equal(delivery.state, 'delivered')
      assert.equal(delivery.event, got!.headers['webhook-id'])
      assert.deepEqual(
        delivery.attempts.map(({ status }: { status: number }) => status),
        [204],
      )
      await deliver()
      assert.equal(one.received.length, 1)
    })

    test('an endpoint gets the events it names, of these what its filter lets through', async () => {
      const { app, one, other, add, deliver, numbers } = await place()
      await add({ events: ['orders.*'], filter: { total: { gte: 10 }, status: 'placed' } })
      await add({ url: other.url, events: ['*'] })
      for (const [number, total] of [
        ['small', 9],
        ['large', 10],
      ] as const)
        await app.system.orders.create({ number, total })
      await deliver()
      assert.deepEqual(numbers(one), ['large'])
      assert.deepEqual(numbers(other).toSorted(), ['large', 'small'])
    })

    test('an entry of the outbox that comes twice is sent once', async () => {
      const { app, one, add, deliver, deliveries } = await place()
      const { id } = await add()
      await app.system.orders.create({ number: 'A-1' })
      const runtime = app.open.features.find(({ deliver }) => deliver?.['orders.placed'] !== undefined)!
      const entry = {
        id: '01890000-0000-7000-8000-000000000001',
        name: 'orders.placed',
        payload: { number: 'A-2', status: 'placed', total: 1 },
        attempt: 1,
      }
      await Promise.allSettled([1, 2, 3].map(() => runtime.deliver!['orders.placed']!(entry)))
      await runtime.deliver!['orders.placed']!({ ...entry, attempt: 2 })
      await deliver()
      assert.equal(one.received.length, 2)
      assert.equal((await deliveries(id)).length, 2)
    })

    test('a new secret is given once; until the former one ends, what is sent is signed with both', async () => {
      const { one, add, call, place: order, deliver, pass } = await place()
      const { id, secret } = await add()
      const { body } = await call('POST', `/api/webhook-endpoints/${id}/rotate-secret`, { overlapHours: 2 })
      assert.notEqual(body.secret, secret)
      await order('A-1')
      await deliver()
      pass(2 * hourMs + 1)
      await order('A-2')
      await deliver()
      const [during, later] = one.received
      assert.deepEqual([isSigned(during!, secret), isSigned(during!, body.secret)], [true, true])
      assert.deepEqual([isSigned(later!, secret), isSigned(later!, body.secret)], [false, true])
    })

    test('secrets are in no list, no record, no log, no description of the API, and not readable in the database', async () => {
      const { app, add, call, place: order, deliver, lines, one } = await place()
      const { id, secret } = await add()
      const rotated = (await call('POST', `/api/webhook-endpoints/${id}/rotate-secret`)).body.secret
      one.answer({ status: 500 })
      await order('A-1')
      await deliver()
      const key = (made: string) => made.slice('whsec_'.length)
      const texts = [
        JSON.stringify(await call('GET', '/api/webhook-endpoints')),
        JSON.stringify(await call('GET', `/api/webhook-endpoints/${id}`)),
        JSON.stringify(await call('PATCH', `/api/webhook-endpoints/${id}`, { description: 'ours' })),
        JSON.stringify(await call('GET', '/api/webhook-deliveries?expand=endpoint,event')),
        JSON.stringify(await call('GET', '/api/openapi.json')),
        JSON.stringify(await app.system['webhook-endpoints' as never]),
        JSON.stringify((await app.open.db['webhook-endpoints']!.find()).data),
        lines.join('\n'),
      ]
      for (const text of texts)
        for (const made of [secret, rotated]) assert.ok(!String(text).includes(key(made)), String(text).slice(0, 200))
      for (const field of ['secret', 'previousSecret']) {
        assert.ok(!texts.slice(0, 4).join().includes(`"${field}"`))
        assert.equal((await call('GET', `/api/webhook-endpoints?filter[${field}][startsWith]=s1`)).status, 400)
        assert.equal((await call('PATCH', `/api/webhook-endpoints/${id}`, { [field]: 'mine' })).status, 400)
      }
    })

    test('only managers manage, and nobody makes an endpoint without its secret being shown', async () => {
      const { app, add, call, one, place: order, deliver, deliveries } = await place()
      const { id, secret } = await add()
      await order('A-1')
      await deliver()
      const [delivery] = await deliveries(id)
      const staff = app.as({ id: 'sue', roles: ['staff'] })
      const values = { url: one.url, events: ['orders.placed'] }
      const asked: readonly (readonly [string, string, object?])[] = [
        ['GET', `/api/webhook-endpoints/${id}`],
        ['PATCH', `/api/webhook-endpoints/${id}`, { url: one.url }],
        ['DELETE', `/api/webhook-endpoints/${id}`],
        ['POST', '/api/webhook-endpoints/add', values],
        ['POST', `/api/webhook-endpoints/${id}/rotate-secret`, {}],
        ['POST', `/api/webhook-endpoints/${id}/ping`, {}],
        ['POST', `/api/webhook-endpoints/${id}/replay-range`, { from: delivery.createdAt, until: delivery.createdAt }],
        ['GET', `/api/webhook-deliveries/${delivery.id}`],
        ['POST', `/api/webhook-deliveries/${delivery.id}/replay`, {}],
        ['GET', `/api/webhook-events/${delivery.event}`],
        ['GET', '/api/webhooks/events'],
      ]
      for (const [method, path, body] of asked) {
        const { status } = await call(method, path, body, staff)
        assert.ok(status === 403 || status === 404, `${method} ${path} ${status}`)
      }
      const refused = await call('POST', '/api/webhook-endpoints', { ...values, secret: 'whsec_mine' })
      assert.ok(refused.status >= 400)
      const put = await call('PUT', '/api/webhook-endpoints/0195d2c4-0000-7000-8000-000000000000', values)
      assert.ok(put.status >= 400, `${put.status}`)
      assert.equal((await call('PUT', `/api/webhook-endpoints/${id}`, values)).status, 200)
      await order('A-2')
      await deliver()
      assert.ok(isSigned(one.received.at(-1)!, secret), 'the secret is as it was')
      const { body } = await call('GET', '/api/webhooks/events')
      assert.deepEqual(body.data[0], { name: 'orders.placed', description: 'Somebody has placed an order.' })
    })

    test('what cannot be meant is refused with what to write instead', async () => {
      const { call, one, add } = await place()
      const add400 = async (values: object, code: string, told: RegExp) => {
        const { status, body } = await call('POST', '/api/webhook-endpoints/add', {
          url: one.url,
          events: ['orders.placed'],
          ...values,
        })
        assert.deepEqual([status, body.code], [400, code])
        assert.match(body.detail, told)
      }
      await add400({ events: ['orders.payed'] }, 'webhooks_unknown_event', /There are: orders\.placed, orders\.shipped/)
      await add400({ events: ['carts.*'] }, 'webhooks_unknown_event', /carts/)
      await add400({ filter: { total: { over: 1 } } }, 'webhooks_filter', /There is no operator over/)
      await add400({ url: 'ftp://example.com' }, 'operation_invalid', /./)
      const { id } = await add()
      assert.equal((await call('PATCH', `/api/webhook-endpoints/${id}`, { state: 'broken' })).status, 400)
      assert.equal((await call('PATCH', `/api/webhook-endpoints/${id}`, { failuresInRow: 0 })).status, 403)
    })

    test('an address inside is not asked, whatever name it has, and the log says so', async () => {
      const { add, place: order, deliver, deliveries, one } = await place()
      const { id } = await add({ url: `http://localhost:${one.port + 1}/` })
      const { id: meta } = await add({ url: 'http://169.254.169.254/latest/meta-data' })
      await order('A-1')
      await deliver()
      for (const endpoint of [id, meta]) {
        const [{ state, attempts }] = await deliveries(endpoint)
        assert.equal(state, 'pending')
        assert.match(attempts[0].error, /is not asked: only the public internet/)
      }
      assert.equal(one.received.length, 0)
    })

    test('a redirect is not followed, and a long answer is kept in its beginning only', async () => {
      const { add, one, other, place: order, deliver, deliveries } = await place()
      const { id } = await add()
      one.answer({ status: 302, headers: { location: other.url }, body: `${'x'.repeat(5_000)}` })
      await order('A-1')
      await deliver()
      assert.equal(other.received.length, 0)
      const [{ state, attempts }] = await deliveries(id)
      assert.deepEqual([state, attempts[0].status, attempts[0].answer.length], ['pending', 302, 500])
    })

    test('what does not arrive is tried again for three days, then it has failed, and is replayed by hand', async () => {
      const { add, one, call, place: order, deliver, deliveries, pass } = await place()
      const { id } = await add()
      let isWell = false
      // Others arrive: the endpoint as a whole works.
      one.answer(({ message }) => ({ status: isWell || message.data.number !== 'bad' ? 200 : 500 }))
      await order('bad')
      const waits: number[] = []
      for (let hours = 0; hours < 100; hours += 1) {
        await order('good')
        await deliver()
        waits.push(one.received.filter(({ message }) => message.data.number === 'bad').length)
        pass(hourMs)
      }
      const tries = waits.at(-1)!
      assert.equal(tries, 10)
      const [delivery] = (await deliveries(id)).filter(({ state }: { state: string }) => state !== 'delivered')
      assert.deepEqual([delivery.state, delivery.attemptCount, delivery.nextAttemptAt], ['failed', 10, null])
      assert.ok(waits.indexOf(tries) > 62 && waits.indexOf(tries) < 90, `${waits}`)
      const ids = new Set(
        one.received.filter(({ message }) => message.data.number === 'bad').map(({ headers }) => headers['webhook-id']),
      )
      assert.equal(ids.size, 1, 'whoever gets it twice can tell')
      isWell = true
      assert.equal((await call('POST', `/api/webhook-deliveries/${delivery.id}/replay`, {})).status, 200)
      await deliver()
      const [replayed] = (await deliveries(id)).filter((each: { id: string }) => each.id === delivery.id)
      assert.equal(replayed.state, 'delivered')
      assert.equal(replayed.attempts.length, 11)
    })

    test('who asks to wait is waited for', async () => {
      const { add, one, place: order, deliver, pass, endpoint, now } = await place()
      const { id } = await add()
      one.answer({ status: 503, headers: { 'retry-after': '600' } })
      await order('A-1')
      await deliver()
      const { pausedUntil } = await endpoint(id)
      assert.equal(Date.parse(pausedUntil) - Date.parse(now()), 600_000)
      await order('A-2')
      pass(599_000)
      await deliver()
      assert.equal(one.received.length, 1)
      one.answer({ status: 200 })
      pass(1_000)
      await deliver()
      assert.equal(one.received.length, 3)
      assert.equal((await endpoint(id)).pausedUntil, null)
    })

    test('an endpoint that fails again and again is left alone but for one try now and then, and what waits uses up no attempts', async () => {
      const { add, one, place: order, deliver, deliveries, endpoint, pass, numbers } = await place()
      const { id } = await add()
      one.answer({ status: 500 })
      await order(...Array.from({ length: 30 }, (_, index) => `A-${index}`))
      await deliver()
      const first = one.received.length
      assert.equal(first, 5)
      assert.notEqual((await endpoint(id)).pausedUntil, null)
      for (let minute = 0; minute < 60; minute += 1) {
        pass(60_000)
        await deliver()
      }
      const probes = one.received.length - first
      assert.ok(probes >= 4 && probes <= 9, `${probes} probes`)
      const waiting = (await deliveries(id)).filter(({ attemptCount }: { attemptCount: number }) => attemptCount === 0)
      assert.ok(waiting.length > 0, 'some were never tried')
      one.answer({ status: 200 })
      pass(2 * hourMs)
      await deliver()
      pass(2 * hourMs)
      await deliver()
      assert.deepEqual(
        (await deliveries(id)).filter(({ state }: { state: string }) => state !== 'delivered'),
        [],
      )
      assert.equal(new Set(numbers(one)).size, 30)
      const { failuresInRow, failingSince, pausedUntil } = await endpoint(id)
      assert.deepEqual([failuresInRow, failingSince, pausedUntil], [0, null, null])
    })

    test('an endpoint at which nothing arrives for three days is given up, somebody hears of it, and it gets what it missed when it is enabled again', async () => {
      const { app, add, one, call, place: order, deliver, endpoint, pass, numbers, lines } = await place()
      const { id } = await add()
      one.answer({ status: 500 })
      await order('A-1')
      for (let hours = 0; hours < 100; hours += 1) {
        await deliver()
        pass(hourMs)
      }
      const { state, disabledReason } = await endpoint(id)
      assert.equal(state, 'broken')
      assert.match(disabledReason, /^Nothing has arrived since 2026-03-01T09:00/)
      const mails = await app.mails()
      assert.deepEqual(
        mails.map(({ to, subject }) => [to.address, subject]),
        [['ops@example.com', 'Shop no longer sends events to an endpoint']],
      )
      assert.ok(mails[0]!.text.includes(id) && mails[0]!.text.includes(`127.0.0.1:${one.port}`))
      assert.ok(
        !mails[0]!.text.includes('/hooks') && !lines.join().includes('/hooks'),
        'an address may have a secret in it',
      )
      assert.ok(lines.some((line) => /Webhooks are not sent to an endpoint any more/.test(line)))
      const before = one.received.length
      await order('A-2')
      await deliver()
      assert.equal(one.received.length, before)
      one.answer({ status: 200 })
      assert.equal((await call('PATCH', `/api/webhook-endpoints/${id}`, { state: 'enabled' })).status, 200)
      await deliver()
      assert.ok(numbers(one).slice(before).includes('A-2'))
    })

    test('who answers 410 gets nothing any more', async () => {
      const { app, add, one, place: order, deliver, endpoint, deliveries, pass } = await place()
      const { id } = await add()
      one.answer({ status: 410 })
      await order('A-1')
      await deliver()
      assert.equal((await endpoint(id)).state, 'disabled')
      assert.equal((await deliveries(id))[0].state, 'failed')
      await order('A-2')
      pass(100 * hourMs)
      await deliver()
      assert.equal(one.received.length, 1)
      assert.equal((await deliveries(id)).length, 1)
      assert.equal((await app.mails()).length, 1)
    })

    test('where order is asked for, an event is not sent before the one before it has arrived', async () => {
      const { add, one, other, place: order, deliver, pass, numbers } = await place()
      await add({ isOrdered: true })
      await add({ url: other.url })
      let isWell = false
      const reply = ({ message }: { message: { data: { number: string } } }) => ({
        status: isWell || message.data.number !== 'A-2' ? 200 : 500,
      })
      one.answer(reply)
      other.answer(reply)
      await order('A-1', 'A-2', 'A-3', 'A-4')
      await deliver()
      pass(1_000)
      await deliver()
      assert.deepEqual(numbers(one), ['A-1', 'A-2'])
      assert.deepEqual(numbers(other).toSorted(), ['A-1', 'A-2', 'A-3', 'A-4'], 'others do not wait')
      isWell = true
      pass(10_000)
      await deliver()
      assert.deepEqual(numbers(one), ['A-1', 'A-2', 'A-2', 'A-3', 'A-4'])
    })

    test('a slow endpoint does not hold up another', async () => {
      const { add, one, other, place: order, deliver, numbers } = await place()
      await add()
      await add({ url: other.url })
      const end = Promise.withResolvers<void>()
      one.answer(async () => {
        await end.promise
        return { status: 200 }
      })
      await order('A-1', 'A-2')
      const delivering = deliver()
      while (other.received.length < 2) await new Promise((resolve) => setTimeout(resolve, 5))
      end.resolve()
      await delivering
      assert.deepEqual([numbers(one).length, numbers(other).length], [2, 2])
    })

    test('a time is replayed: what failed, and what an endpoint wants and never got', async () => {
      const { add, one, other, call, place: order, deliver, now, pass, numbers } = await place()
      const from = now()
      await add()
      await order('A-1', 'A-2', 'A-3')
      await deliver()
      pass(hourMs)
      const late = await add({ url: other.url, filter: { number: { ne: 'A-2' } } })
      const range = `/api/webhook-endpoints/${late.id}/replay-range`
      const replayed = await call('POST', range, { from, until: now() })
      assert.deepEqual(replayed.body, { replayed: 2, next: null })
      await deliver()
      assert.deepEqual(numbers(other).toSorted(), ['A-1', 'A-3'])
      assert.deepEqual((await call('POST', range, { from, until: now() })).body.replayed, 0)
      assert.deepEqual((await call('POST', range, { from, until: now(), withDelivered: true })).body.replayed, 2)
      await deliver()
      assert.equal(other.received.length, 4)
      assert.equal(one.received.length, 3, 'others get nothing of it')
    })

    test('a ping tells whether an endpoint works', async () => {
      const { add, one, call, deliver, deliveries } = await place()
      const { id, secret } = await add()
      const { body } = await call('POST', `/api/webhook-endpoints/${id}/ping`, {})
      await deliver()
      const [got] = one.received
      assert.deepEqual([got!.message.type, got!.message.data], ['webhooks.ping', { endpoint: id }])
      assert.ok(isSigned(got!, secret))
      const [delivery] = await deliveries(id)
      assert.deepEqual([delivery.id, delivery.state], [body.delivery, 'delivered'])
      await call('PATCH', `/api/webhook-endpoints/${id}`, { state: 'disabled' })
      assert.equal((await call('POST', `/api/webhook-endpoints/${id}/ping`, {})).status, 409)
    })

    test('the log is kept for a while, and an endpoint goes with all that was sent to it', async () => {
      const { app, add, call, place: order, deliver, deliveries, pass } = await place()
      const { id } = await add()
      const other = await add()
      await order('A-1')
      await deliver()
      pass(31 * 24 * hourMs)
      await order('A-2')
      await deliver()
      await app.open.tidy()
      assert.equal((await deliveries(id)).length, 1)
      assert.equal((await call('GET', '/api/webhook-events')).body.data.length, 1)
      assert.equal((await call('DELETE', `/api/webhook-endpoints/${id}`)).status, 204)
      assert.equal((await deliveries(id)).length, 0)
      assert.equal((await deliveries(other.id)).length, 1)
    })
  })
}
