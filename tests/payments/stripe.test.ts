import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { newId } from 'galley/plugin'
import { createTestApp, type TestApp } from 'galley/testing'
import { stripeAt } from '../../packages/server/src/adapters/payments/stripe/stripe.ts'
import { StripeServer } from '../../packages/server/src/adapters/payments/stripe/stripe-server.fixture.ts'
import { databases } from '../databases.ts'
import { kiosk } from './kiosk.ts'

const mishapWords = {
  error500: 'Stripe answers with an error of its own',
  tooMany: 'Stripe has too much to do',
  answerLost: 'its answer is lost',
  neverArrives: 'the call does not arrive',
}

for (const { name, url } of databases) {
  describe(`payments by Stripe on ${name}`, () => {
    const open = async (options: Parameters<typeof kiosk>[1] = {}) => {
      const server = new StripeServer()
      const address = await server.listen()
      after(() => server.close())
      const provider = stripeAt(address, { secretKey: 'sk_test_fixture', webhookSecret: server.webhookSecret })
      let offset = 0
      const clock = { nowMs: () => Date.now() + offset }
      const app = await createTestApp(kiosk(provider, options), { database: await url(), clock })
      after(() => app.close())
      const buyer = app.as({ id: newId() })
      const post = async (path: string, body: object = {}) => {
        const headers = { 'content-type': 'application/json' }
        const answer = await buyer.fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
        return (await answer.json()) as any // any: read by the assertions
      }
      const sendMessage = async () => {
        const { rawBody, headers } = server.lastMessage(Date.now())
        const address = `${await app.url()}/api/webhooks/stripe`
        const type = { 'content-type': 'application/json' }
        return fetch(address, { method: 'POST', headers: { ...type, ...headers }, body: rawBody })
      }
      const order = await post('/api/orders/place', { amount: 2_599 })
      const paymentOf = async () => (await app.system.payments!.get(order.payment)) as any // any: a collection of the feature
      const pass = (ms: number) => {
        offset += ms
      }
      return { pass, server, app, post, order, paymentOf, sendMessage, pay: `/api/payments/${order.payment}/authorize` }
    }

    test('an order is paid, partly refunded, and Stripe has one PaymentIntent for it', async () => {
      const { server, app, post, order, pay, paymentOf } = await open()
      assert.equal((await post(pay, { method: 'pm_card_visa' })).status, 'capturing')
      await app.open.deliverNow()
      await post(`/api/orders/${order.id}/refund`, { amount: 599, key: 'return 1' })
      await app.open.deliverNow()
      const { status, capturedAmount, refundedAmount, method, providerId } = await paymentOf()
      assert.deepEqual(
        { status, capturedAmount, refundedAmount, method },
        { status: 'captured', capturedAmount: 2_599, refundedAmount: 599, method: { brand: 'visa', last4: '4242' } },
      )
      const [intent, ...others] = server.intents()
      assert.equal(others.length, 0)
      assert.equal(intent!.id, providerId)
      const { amount, currency, capture_method, metadata, description } = intent!
      assert.deepEqual(
        { amount, currency, capture_method, metadata, description },
        {
          amount: 2_599,
          currency: 'eur',
          capture_method: 'manual',
          metadata: { reference: order.payment },
          description: 'Tea',
        },
      )
      const changes = server.requests.filter(({ method: verb }) => verb === 'POST')
      assert.ok(changes.every(({ key }) => key !== undefined))
      assert.equal(new Set(changes.map(({ key }) => key)).size, changes.length)
    })

    test('a decline and a challenge are told as Stripe says them', async () => {
      const { server, post, pay, order, paymentOf } = await open()
      const declined = await post(pay, { method: 'pm_card_chargeDeclinedInsufficientFunds' })
      const decline = { code: 'insufficient_funds', message: 'Your card has insufficient funds.' }
      assert.deepEqual([declined.status, declined.decline], ['open', decline])
      const asked = await post(pay, { method: 'pm_card_threeDSecure2Required' })
      assert.equal(asked.status, 'challenged')
      assert.match(asked.challenge.url, /^https:\/\/hooks\.stripe\.com\//)
      assert.match(asked.challenge.clientSecret, /^pi_\w+_secret_\w+$/)
      const confirm = server.requests.findLast(({ path }) => path.endsWith('/confirm'))
      assert.equal(confirm!.form.return_url, `http://localhost:3000/?payment=${order.payment}`)
      server.answerChallenge((await paymentOf()).providerId, true)
      assert.equal((await post(`/api/payments/${order.payment}/confirm`)).status, 'capturing')
    })

    test('a payment whose challenge was met is recorded by the message of Stripe alone, once', async () => {
      const { server, app, post, pay, order, paymentOf, sendMessage } = await open()
      await post(pay, { method: 'pm_card_threeDSecure2Required' })
      server.answerChallenge((await paymentOf()).providerId, true)
      for (let time = 0; time < 3; time++) assert.ok((await sendMessage()).ok)
      await app.open.deliverNow()
      assert.equal((await paymentOf()).status, 'captured')
      assert.deepEqual(await notesOf(app, order), ['authorized', 'captured'])
    })

    test('what is done at Stripe’s own site is recorded by its message', async () => {
      const { server, app, post, pay, order, paymentOf, sendMessage } = await open({ captures: 0 })
      const hear = async () => {
        for (let time = 0; time < 2; time++) assert.ok((await sendMessage()).ok)
        assert.deepEqual((await app.open.deliverNow()).failures, [])
      }
      await post(pay, { method: 'pm_card_visa' })
      const { providerId } = await paymentOf()
      server.actElsewhere(providerId, 'capture')
      await hear()
      server.refundElsewhere(providerId, 600)
      await hear()
      await hear()
      const { status, refundedAmount, refundableAmount } = await paymentOf()
      assert.deepEqual([status, refundedAmount, refundableAmount], ['captured', 600, 1_999])
      assert.deepEqual(await notesOf(app, order), ['authorized', 'captured', 'refunded'])
    })

    test('a refund that was made at Stripe’s own site and comes back from the bank can be made again', async () => {
      const { server, app, post, pay, order, paymentOf, sendMessage } = await open()
      await post(pay, { method: 'pm_card_visa' })
      await app.open.deliverNow()
      server.refundElsewhere((await paymentOf()).providerId, 600)
      await sendMessage()
      await app.open.deliverNow()
      server.returnRefund(server.refunds()[0]!.id)
      for (let time = 0; time < 2; time++) await sendMessage()
      await app.open.deliverNow()
      const { refundedAmount, refundableAmount } = await paymentOf()
      assert.deepEqual([refundedAmount, refundableAmount], [0, 2_599])
      assert.deepEqual(await notesOf(app, order), ['authorized', 'captured', 'refunded', 'failed refund'])
    })

    test('a hold that Stripe lets go after some days is told', async () => {
      const { server, app, post, pay, order, paymentOf, sendMessage } = await open({ captures: 0 })
      await post(pay, { method: 'pm_card_visa' })
      server.actElsewhere((await paymentOf()).providerId, 'cancel')
      await sendMessage()
      await app.open.deliverNow()
      assert.equal((await paymentOf()).status, 'cancelled')
      assert.deepEqual(await notesOf(app, order), ['authorized', 'cancelled'])
    })

    test('a refund that comes back from the bank can be made again', async () => {
      const { server, app, post, pay, order, paymentOf, sendMessage } = await open()
      await post(pay, { method: 'pm_card_visa' })
      await app.open.deliverNow()
      await post(`/api/orders/${order.id}/refund`, { amount: 599, key: 'return 1' })
      await app.open.deliverNow()
      server.returnRefund(server.refunds()[0]!.id)
      for (let time = 0; time < 2; time++) await sendMessage()
      await app.open.deliverNow()
      const { refundedAmount, refundableAmount } = await paymentOf()
      assert.deepEqual([refundedAmount, refundableAmount], [0, 2_599])
      assert.deepEqual(await notesOf(app, order), ['authorized', 'captured', 'refunded', 'failed refund'])
    })

    for (const mishap of ['error500', 'tooMany', 'answerLost', 'neverArrives'] as const) {
      test(`an order is paid once, though ${mishapWords[mishap]}, at each call`, async () => {
        const { server, app, post, pay, order, paymentOf, pass } = await open()
        // The library itself calls again, once, when a connection was closed.
        server.mishaps.push(mishap, mishap)
        const { status } = await post(pay, { method: 'pm_card_visa' })
        assert.equal(status, mishap === 'answerLost' ? 'capturing' : 'processing')
        for (let round = 0; (await paymentOf()).status === 'processing' && round < 20; round++) {
          pass(60_000)
          await app.open.deliverNow()
        }
        // An error that Stripe has kept under the key of the attempt is there to stay: another attempt is made.
        if ((await paymentOf()).status === 'open') await post(pay, { method: 'pm_card_visa' })
        server.mishaps.push(mishap, mishap)
        for (let round = 0; (await paymentOf()).status !== 'captured' && round < 20; round++) {
          await app.open.deliverNow()
          pass(600_000)
        }
        assert.equal((await paymentOf()).status, 'captured')
        assert.deepEqual(await notesOf(app, order), ['authorized', 'captured'])
        const [intent, ...others] = server.intents()
        assert.deepEqual([intent!.amount_received, others.length], [2_599, 0])
      })
    }
  })
}

async function notesOf(app: TestApp, { id }: { readonly id: string }): Promise<readonly string[]> {
  const { data } = await app.system.notes!.find({ where: { order: id }, sort: 'id' })
  return data.map(({ what }) => what)
}
