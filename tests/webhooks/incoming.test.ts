import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import {
  incomingWebhook,
  replayInbox,
  standardWebhooks,
  stripeSignature,
  webhooks,
} from '../../packages/server/src/features/webhooks/index.ts'
import { collection, defineApp, increment, integer, text } from '../../packages/server/src/index.ts'
import type { FeatureContext } from '../../packages/server/src/plugin.ts'
import { createTestApp } from '../../packages/server/src/testing/index.ts'
import { databases } from '../databases.ts'

const stripeSecret = 'whsec_of_stripe'
const carrierSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

const orders = collection('orders', { fields: { number: text({ unique: true }), paid: integer({ default: 0 }) } })
const seen = collection('seen', { fields: { text: text() } })

interface StripeEvent {
  readonly id: string
  readonly type: string
  readonly data: { readonly object: { readonly order: string; readonly amount: number } }
}

/** What goes wrong, for a test to say. */
class Trouble {
  failures = 0
  before: () => Promise<void> = async () => {}
}

/** @param inside  gets what a feature has. */
function shop(trouble: Trouble, inside: { context?: FeatureContext }) {
  const payments = incomingWebhook<StripeEvent>('stripe', {
    verify: stripeSignature({ secret: () => ['whsec_former', stripeSecret] }),
    idOf: ({ id }) => id,
    keyOf: ({ data }) => data.object.order,
    headers: ['X-Request-Source'],
    maxBodyBytes: 4_096,
    async handle({ event, transaction, attempt, headers }) {
      await trouble.before()
      await transaction(async ({ db }) => {
        const { order: number, amount } = event.data.object
        const order = await db.orders!.first({ where: { number } })
        await db.orders!.update(order!.id as string, { paid: increment(amount) })
        await db.seen!.create({ text: `${event.id} ${attempt} ${headers['x-request-source'] ?? '-'}` })
        if (trouble.failures > 0) {
          trouble.failures -= 1
          throw new Error('on purpose')
        }
      })
    },
  })
  const carrier = incomingWebhook('carrier', {
    verify: standardWebhooks({ secret: carrierSecret }),
    idOf: (_event, { headers }) => headers['webhook-id']!,
    async handle({ event, db }) {
      await db.seen!.create({ text: event.text })
    },
  })
  return defineApp({
    name: 'Shop',
    collections: [orders, seen],
    roles: { admin: {}, staff: {} },
    features: [
      webhooks({ managers: ['admin'], incoming: [payments, carrier] }),
      {
        name: 'curious',
        start(context) {
          inside.context = context
          return {}
        },
      },
    ],
  })
}

for (const { name, url } of databases) {
  describe(`webhooks that come in, on ${name}`, () => {
    const place = async () => {
      const trouble = new Trouble()
      let nowMs = Date.parse('2026-03-01T09:00:00.000Z')
      const inside: { context?: FeatureContext } = {}
      const app = await createTestApp(shop(trouble, inside), { database: await url(), clock: { nowMs: () => nowMs } })
      after(() => app.close())
      const { id } = await app.system.orders.create({ number: 'A-1' })
      const event = (id: string, amount = 5) => ({
        id,
        type: 'payment_intent.succeeded',
        data: { object: { order: 'A-1', amount } },
      })
      const send = (body: string, header: string, path = '/api/webhooks/stripe') =>
        app.fetch(path, {
          method: 'POST',
          headers: { 'stripe-signature': header, 'x-request-source': 'test', 'content-type': 'application/json' },
          body,
        })
      const header = (body: string, secret = stripeSecret, agoSeconds = 0) => {
        const time = Math.floor(nowMs / 1_000) - agoSeconds
        return `t=${time},v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`
      }
      const sendSigned = (event: object) => {
        const body = JSON.stringify(event, null, 1)
        return send(body, header(body))
      }
      return {
        app,
        trouble,
        context: () => inside.context!,
        event,
        send,
        sendSigned,
        header,
        pass: (ms: number) => {
          nowMs += ms
        },
        now: () => new Date(nowMs).toISOString(),
        admin: app.as({ id: 'ada', roles: ['admin'] }),
        paid: async () => (await app.system.orders.get(id)).paid,
        seen: async () => (await app.system.seen.find({ sort: 'id' })).data.map((each) => each.text),
        inbox: async () => (await app.open.db['webhook-inbox']!.find({ sort: 'id', limit: 1_000 })).data,
      }
    }

    test('what is signed is kept byte by byte, answered at once, and handled by a job', async () => {
      const { app, sendSigned, event, paid, inbox, seen } = await place()
      const answer = await sendSigned(event('evt_1'))
      assert.equal(answer.status, 200)
      assert.deepEqual(await answer.json(), { received: true })
      const [kept] = await inbox()
      assert.equal(kept!.body, JSON.stringify(event('evt_1'), null, 1))
      assert.deepEqual(
        [kept!.sender, kept!.eventId, kept!.type, kept!.state],
        ['stripe', 'evt_1', 'payment_intent.succeeded', 'received'],
      )
      assert.equal(kept!.headers['stripe-signature'], undefined)
      assert.equal(await paid(), 0)
      await app.open.deliverNow()
      assert.equal(await paid(), 5)
      assert.deepEqual(await seen(), ['evt_1 1 test'])
      assert.deepEqual([(await inbox())[0]!.state, (await inbox())[0]!.attemptCount], ['handled', 1])
    })

    test('the same event again is answered alike and handled no second time, also when twenty come at once', async () => {
      const { app, sendSigned, event, paid, inbox } = await place()
      const answers = await Promise.all(Array.from({ length: 20 }, () => sendSigned(event('evt_1'))))
      for (const answer of answers) {
        assert.equal(answer.status, 200)
        assert.deepEqual(await answer.json(), { received: true })
      }
      await app.open.deliverNow()
      assert.equal((await sendSigned(event('evt_1'))).status, 200)
      await app.open.deliverNow()
      assert.equal((await inbox()).length, 1)
      assert.equal(await paid(), 5)
    })

    test('what is not signed, signed by others, changed on the way or old is refused, and nothing is kept of it', async () => {
      const { send, header, inbox, event, app } = await place()
      const body = JSON.stringify(event('evt_1'))
      const attempts = [
        send(body, ''),
        send(body, header(body, 'whsec_other')),
        send(body.replace('5', '500'), header(body)),
        send(body, header(body, stripeSecret, 301)),
        send(body, header(body, stripeSecret, -301)),
      ]
      for (const answer of await Promise.all(attempts)) {
        assert.equal(answer.status, 401)
        const { code, detail } = (await answer.json()) as { code: string; detail: string }
        assert.deepEqual(
          [code, detail],
          ['webhooks_signature', 'The signature is not valid. Sign what you send with the secret.'],
        )
      }
      assert.equal((await send(body, header(body), '/api/webhooks/paypal')).status, 404)
      assert.equal((await app.fetch('/api/webhooks/stripe')).status, 405)
      assert.deepEqual(await inbox(), [])
    })

    test('a former secret is good while it is listed', async () => {
      const { send, header, event } = await place()
      const body = JSON.stringify(event('evt_1'))
      assert.equal((await send(body, header(body, 'whsec_former'))).status, 200)
    })

    test('what is too long, no JSON or without an id is refused, though it is signed', async () => {
      const { send, header, inbox } = await place()
      const statusOf = async (body: string) => (await send(body, header(body))).status
      assert.equal(await statusOf(JSON.stringify({ id: 'evt', pad: 'x'.repeat(5_000) })), 413)
      assert.equal(await statusOf('{'), 400)
      assert.equal(await statusOf(JSON.stringify({ id: '' })), 400)
      for (const odd of ['null', '7', '[]', '{"id":"evt_1"}']) assert.equal(await statusOf(odd), 400, odd)
      assert.equal(await statusOf(JSON.stringify({ id: 7 })), 400)
      assert.equal(await statusOf(JSON.stringify({ id: 'x'.repeat(201) })), 400)
      assert.deepEqual(await inbox(), [])
    })

    test('Standard Webhooks come in, as their own library signs them', async () => {
      const { app, pass, seen, now } = await place()
      const post = async (id: string, body: string) => {
        const headers = {
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(Date.parse(now()) / 1_000)),
          'webhook-signature': new Webhook(carrierSecret).sign(id, new Date(now()), body),
        }
        return (await app.fetch('/api/webhooks/carrier', { method: 'POST', headers, body })).status
      }
      assert.equal(await post('msg_1', '{"text":"žluť"}'), 200)
      assert.equal(await post('msg_1', '{"text":"twice"}'), 200)
      pass(1_000)
      assert.equal(await post('msg_2', '{"text":"later"}'), 200)
      await app.open.deliverNow()
      assert.deepEqual((await seen()).toSorted(), ['later', 'žluť'])
    })

    test('what fails changes nothing, is told in the inbox, and is tried again until it works', async () => {
      const { app, trouble, sendSigned, event, paid, inbox, pass, seen } = await place()
      trouble.failures = 2
      await sendSigned(event('evt_1'))
      await app.open.deliverNow()
      assert.equal(await paid(), 0)
      const [failing] = await inbox()
      assert.deepEqual([failing!.state, failing!.lastError], ['received', 'on purpose'])
      pass(60_000)
      await app.open.deliverNow()
      assert.equal(await paid(), 0)
      pass(600_000)
      await app.open.deliverNow()
      assert.equal(await paid(), 5)
      assert.deepEqual(await seen(), ['evt_1 3 test'])
      assert.deepEqual([(await inbox())[0]!.state, (await inbox())[0]!.lastError], ['handled', null])
    })

    test('events with one key are handled in the order they came, also while the first fails', async () => {
      const { app, trouble, sendSigned, event, pass, seen } = await place()
      trouble.failures = 1
      for (const id of ['evt_1', 'evt_2', 'evt_3']) await sendSigned(event(id))
      await app.open.deliverNow()
      assert.deepEqual(await seen(), [])
      pass(60_000)
      await app.open.deliverNow()
      assert.deepEqual(
        (await seen()).map((text) => text.slice(0, 5)),
        ['evt_1', 'evt_2', 'evt_3'],
      )
    })

    test('an event that failed for good is replayed by its id, or with all of its time, by managers only', async () => {
      const { app, admin, context, trouble, sendSigned, event, paid, inbox, pass, now } = await place()
      const from = now()
      trouble.failures = 30
      for (const id of ['evt_1', 'evt_2', 'evt_3']) await sendSigned(event(id))
      for (let tries = 0; tries < 40; tries += 1) {
        await app.open.deliverNow()
        pass(10 * 3_600_000)
      }
      assert.deepEqual(
        (await inbox()).map(({ state }) => state),
        ['failed', 'failed', 'failed'],
      )
      const [first] = await inbox()
      const post = (who: typeof admin, path: string, body: object = {}) =>
        who.fetch(`/api/webhook-inbox/${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
      const staff = app.as({ id: 'sue', roles: ['staff'] })
      assert.equal((await post(staff, `${first!.id}/replay`)).status, 404)
      assert.equal((await post(staff, 'replay-range', { from, until: now() })).status, 403)
      assert.equal((await post(admin, `${first!.id}/replay`)).status, 200)
      await app.open.deliverNow()
      assert.equal(await paid(), 5)
      const range = await post(admin, 'replay-range', { from, until: now(), sender: 'stripe' })
      assert.deepEqual(await range.json(), { replayed: 2, next: null })
      await app.open.deliverNow()
      assert.equal(await paid(), 15)
      assert.equal(await replayInbox({ from, until: now(), withHandled: true }, context()), 3)
      await app.open.deliverNow()
      assert.equal(await paid(), 30, 'whoever asks for what was handled gets it handled once more')
    })

    test('what was kept and not handled when the process ended is handled by the next', async () => {
      const { app, trouble, sendSigned, event, paid, pass } = await place()
      trouble.before = () => Promise.reject(new Error('the process ends'))
      await sendSigned(event('evt_1'))
      await app.open.deliverNow()
      trouble.before = async () => {}
      pass(3_600_000)
      await sendSigned(event('evt_1'))
      await app.open.deliverNow()
      assert.equal(await paid(), 5)
    })

    test('two that handle one event at once change what it changes once', async () => {
      const { app, trouble, sendSigned, event, paid, inbox } = await place()
      await sendSigned(event('evt_1'))
      const [entry] = await inbox()
      let isFirst = true
      trouble.before = async () => {
        if (!isFirst) return
        isFirst = false
        await app.open.db['webhook-inbox']!.updateIf(entry!.id, {}, { state: 'handled' })
      }
      await app.open.deliverNow()
      assert.equal(await paid(), 0, 'the other one has changed it')
    })

    test('what is old is forgotten, and what no job handles any more has failed', async () => {
      const { app, sendSigned, event, inbox, pass } = await place()
      await sendSigned(event('evt_1'))
      await app.open.deliverNow()
      pass(20 * 86_400_000)
      await sendSigned(event('evt_2'))
      await app.open.tidy()
      assert.equal((await inbox()).length, 2)
      pass(11 * 86_400_000)
      await app.open.tidy()
      assert.deepEqual(
        (await inbox()).map(({ eventId }) => eventId),
        ['evt_2'],
      )
      assert.equal((await inbox())[0]!.state, 'failed')
      pass(31 * 86_400_000)
      await app.open.tidy()
      assert.deepEqual(await inbox(), [])
    })
  })
}
