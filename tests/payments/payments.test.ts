import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { databases } from '../databases.ts'
import {
  cards,
  confirm,
  type Kiosk,
  notesOf,
  openKiosk,
  operationsOf,
  pay,
  paymentOf,
  placeOrder,
  post,
  settle,
} from './kiosk.ts'

for (const { name, url } of databases) {
  describe(`payments on ${name}`, () => {
    const open = async (more: Parameters<typeof openKiosk>[1] = {}) => {
      const kiosk = await openKiosk(await url(), more)
      after(() => kiosk.close())
      return kiosk
    }

    test('an order is paid: held, captured, and each told once', async () => {
      const kiosk = await open()
      const order = await placeOrder(kiosk)
      const answer = await pay(kiosk, order.payment, cards.good)
      assert.equal(answer.status, 200)
      assert.deepEqual(answer.body, { id: order.payment, status: 'capturing', challenge: null, decline: null })
      await settle(kiosk)
      const { status, capturedAmount, refundableAmount, method, provider } = await paymentOf(kiosk, order.payment)
      assert.deepEqual(
        { status, capturedAmount, refundableAmount, method, provider },
        {
          status: 'captured',
          capturedAmount: 5_000,
          refundableAmount: 5_000,
          method: { brand: 'visa', last4: '4242' },
          provider: 'simulated',
        },
      )
      await paidOnce(kiosk, order)
    })

    test('fifty confirmations at once, double clicks and messages that come three times are one capture', async () => {
      const kiosk = await open()
      const order = await placeOrder(kiosk)
      const clicks = Array.from({ length: 10 }, () => pay(kiosk, order.payment, cards.threeMessages))
      const confirms = Array.from({ length: 50 }, () => confirm(kiosk, order.payment))
      const answers = await Promise.all([...clicks, ...confirms])
      assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200])
      await Promise.all([settle(kiosk), ...Array.from({ length: 50 }, () => confirm(kiosk, order.payment))])
      await settle(kiosk)
      for (let time = 0; time < 3; time++) await postAgain(kiosk)
      await settle(kiosk)
      await paidOnce(kiosk, order)
    })

    test('an answer that was lost is settled by looking up, at each call', async () => {
      const kiosk = await open()
      const order = await placeOrder(kiosk)
      kiosk.provider.control.sendMessagesTo(undefined)
      const { body } = await pay(kiosk, order.payment, cards.answerLost)
      assert.equal(body.status, 'capturing', 'the look-up has found it held')
      await settle(kiosk)
      await paidOnce(kiosk, order)
      const operations = await operationsOf(kiosk, order.payment)
      assert.deepEqual(
        operations.map(({ kind, state, settledBy }) => [kind, state, settledBy]),
        [
          ['authorize', 'succeeded', 'confirm'],
          ['capture', 'succeeded', 'lookUp'],
        ],
      )
    })

    test('a call that never arrived is made again, once', async () => {
      const kiosk = await open()
      const order = await placeOrder(kiosk)
      assert.equal((await pay(kiosk, order.payment, cards.neverArrives)).body.status, 'processing')
      assert.equal((await confirm(kiosk, order.payment)).body.status, 'processing')
      assert.deepEqual(await notesOf(kiosk, order.id), [])
      kiosk.pass(31_000)
      await settle(kiosk)
      await paidOnce(kiosk, order)
    })

    test('a provider that cannot be asked for long leaves nothing lost and nothing twice', async () => {
      const kiosk = await open()
      const { control } = kiosk.provider
      control.sendMessagesTo(undefined)
      const order = await placeOrder(kiosk)
      for (let time = 0; time < 5; time++) control.next('lookUp', 'neverArrives')
      for (let time = 0; time < 2; time++) control.next('any', 'answerLost')
      assert.equal((await pay(kiosk, order.payment, cards.good)).body.status, 'processing')
      await settle(kiosk)
      await paidOnce(kiosk, order)
    })

    test('a message before the answer, and the answer after it, are told once', async () => {
      const kiosk = await open()
      const order = await placeOrder(kiosk)
      await pay(kiosk, order.payment, cards.earlyMessage)
      await settle(kiosk)
      await paidOnce(kiosk, order)
    })

    test('a message alone is enough, when everything else has failed', async () => {
      const kiosk = await open()
      const { control } = kiosk.provider
      const order = await placeOrder(kiosk)
      control.next('authorize', 'answerLost')
      control.next('lookUp', 'neverArrives')
      assert.equal((await pay(kiosk, order.payment, cards.good)).body.status, 'processing')
      await control.messagesTaken()
      await kiosk.app.open.deliverNow()
      assert.equal((await notesOf(kiosk, order.id))[0], 'authorized')
      const [attempt] = await operationsOf(kiosk, order.payment)
      assert.deepEqual([attempt!.state, attempt!.settledBy], ['succeeded', 'message'])
    })

    test('after a decline another card pays', async () => {
      const kiosk = await open()
      const order = await placeOrder(kiosk)
      const declined = await pay(kiosk, order.payment, cards.poor)
      assert.equal(declined.status, 200)
      const decline = { code: 'insufficient_funds', message: 'The card has not enough money.' }
      assert.deepEqual(declined.body, { id: order.payment, status: 'open', challenge: null, decline })
      const paid = await pay(kiosk, order.payment, cards.good)
      assert.deepEqual([paid.body.status, paid.body.decline], ['capturing', null])
      await settle(kiosk)
      assert.deepEqual(await notesOf(kiosk, order.id), ['declined', 'authorized', 'captured'])
    })

    test('a challenge is met on the page of the bank', async () => {
      const kiosk = await open()
      const order = await placeOrder(kiosk)
      const asked = await pay(kiosk, order.payment, cards.challenged)
      assert.equal(asked.body.status, 'challenged')
      const again = await pay(kiosk, order.payment, cards.challenged)
      assert.deepEqual(again.body, asked.body, 'a second click is the same challenge')
      assert.deepEqual((await confirm(kiosk, order.payment)).body, asked.body)
      const { pathname } = new URL(asked.body.challenge.url)
      const page = await kiosk.app.fetch(pathname)
      assert.match(await page.text(), /50\.00 EUR/)
      const answered = await answerChallenge(kiosk, pathname, 'approve')
      assert.equal(answered.status, 303)
      assert.equal(answered.headers.get('location'), `http://localhost:3000/?payment=${order.payment}`)
      assert.equal((await confirm(kiosk, order.payment)).body.status, 'capturing')
      assert.match(await (await kiosk.app.fetch(pathname)).text(), /nothing to confirm/)
      await settle(kiosk)
      await paidOnce(kiosk, order)
    })

    test('a challenge that is not met is a decline, and another card pays', async () => {
      const kiosk = await open()
      kiosk.provider.control.sendMessagesTo(undefined)
      const order = await placeOrder(kiosk)
      const { body } = await pay(kiosk, order.payment, cards.challenged)
      await answerChallenge(kiosk, new URL(body.challenge.url).pathname, 'decline')
      const confirmed = (await confirm(kiosk, order.payment)).body
      assert.deepEqual([confirmed.status, confirmed.decline.code], ['open', 'authentication_failed'])
      await confirm(kiosk, order.payment)
      await pay(kiosk, order.payment, cards.good)
      await settle(kiosk)
      assert.deepEqual(await notesOf(kiosk, order.id), ['declined', 'authorized', 'captured'])
    })

    test('a challenge can be given up for another card, and is worth nothing then', async () => {
      const kiosk = await open()
      const order = await placeOrder(kiosk)
      const { body } = await pay(kiosk, order.payment, cards.challenged)
      assert.equal((await pay(kiosk, order.payment, cards.good)).body.status, 'capturing')
      await answerChallenge(kiosk, new URL(body.challenge.url).pathname, 'approve')
      await settle(kiosk)
      assert.deepEqual(await notesOf(kiosk, order.id), ['authorized', 'captured'])
      const states = (await operationsOf(kiosk, order.payment)).map(({ kind, state }) => `${kind} ${state}`)
      assert.deepEqual(states, ['authorize abandoned', 'authorize succeeded', 'capture succeeded'])
    })

    test('a part can be captured, and no more than that refunded', async () => {
      const kiosk = await open({ captures: 2_000 })
      const order = await placeOrder(kiosk)
      await pay(kiosk, order.payment, cards.good)
      await settle(kiosk)
      const payment = await paymentOf(kiosk, order.payment)
      assert.deepEqual([payment.capturedAmount, payment.refundableAmount], [2_000, 2_000])
      assert.equal(kiosk.provider.control.payment(order.payment)!.captured, 2_000)
      const refused = await post(kiosk, `/api/orders/${order.id}/refund`, { amount: 2_001, key: 'a' })
      assert.deepEqual([refused.status, refused.body.code], [409, 'payments_too_much'])
    })

    test('refunds that are asked for at once never come to more than was captured', async () => {
      const kiosk = await open()
      const order = await placeOrder(kiosk)
      await pay(kiosk, order.payment, cards.good)
      await settle(kiosk)
      const ask = (key: string) => post(kiosk, `/api/orders/${order.id}/refund`, { amount: 1_500, key })
      const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => ask(`return ${index}`)))
      assert.equal(answers.filter(({ status }) => status === 200).length, 3)
      assert.equal(answers.filter(({ body }) => body.code === 'payments_too_much').length, 9)
      await settle(kiosk)
      const { refundedAmount, refundableAmount } = await paymentOf(kiosk, order.payment)
      assert.deepEqual({ refundedAmount, refundableAmount }, { refundedAmount: 4_500, refundableAmount: 500 })
      assert.equal((await kiosk.app.system.orders.get(order.id)).refunded, 4_500)
      assert.equal(refundsAt(kiosk, order.payment).length, 3)
    })

    test('a refund that is asked for again under its key is made once', async () => {
      const kiosk = await open()
      const order = await placeOrder(kiosk)
      await pay(kiosk, order.payment, cards.answerLost)
      await settle(kiosk)
      const ask = (amount: number) => post(kiosk, `/api/orders/${order.id}/refund`, { amount, key: 'return 1' })
      await Promise.all(Array.from({ length: 10 }, () => ask(700)))
      await settle(kiosk)
      assert.equal((await ask(700)).status, 200)
      assert.deepEqual((await ask(800)).body.code, 'payments_key_used')
      await settle(kiosk)
      assert.equal((await paymentOf(kiosk, order.payment)).refundedAmount, 700)
      assert.deepEqual(await notesOf(kiosk, order.id), ['authorized', 'captured', 'refunded'])
      assert.equal(refundsAt(kiosk, order.payment).length, 1)
    })

    test('a refund that fails, at once or later, can be asked for again', async () => {
      const kiosk = await open()
      for (const card of [cards.refundFails, cards.refundPendingThenFails]) {
        const order = await placeOrder(kiosk)
        await pay(kiosk, order.payment, card)
        await settle(kiosk)
        await post(kiosk, `/api/orders/${order.id}/refund`, { amount: 5_000, key: 'a' })
        await settle(kiosk)
        const { refundedAmount, refundableAmount } = await paymentOf(kiosk, order.payment)
        assert.deepEqual({ refundedAmount, refundableAmount }, { refundedAmount: 0, refundableAmount: 5_000 })
        assert.deepEqual(await notesOf(kiosk, order.id), ['authorized', 'captured', 'failed refund'])
      }
    })

    test('a refund that takes its time is told when it has arrived', async () => {
      const kiosk = await open()
      const order = await placeOrder(kiosk)
      await pay(kiosk, order.payment, cards.refundPending)
      await settle(kiosk)
      await post(kiosk, `/api/orders/${order.id}/refund`, { amount: 5_000, key: 'a' })
      await kiosk.app.open.deliverNow()
      assert.equal((await paymentOf(kiosk, order.payment)).refundedAmount, 0)
      assert.equal((await operationsOf(kiosk, order.payment)).at(-1)!.state, 'pending')
      await settle(kiosk)
      assert.deepEqual(await notesOf(kiosk, order.id), ['authorized', 'captured', 'refunded'])
    })

    test('what is held for a cancelled order is let go', async () => {
      const kiosk = await open({ captures: 0 })
      const order = await placeOrder(kiosk)
      await pay(kiosk, order.payment, cards.good)
      assert.equal((await post(kiosk, `/api/orders/${order.id}/cancel`)).status, 200)
      assert.equal((await post(kiosk, `/api/orders/${order.id}/cancel`)).status, 200, 'the same wish')
      await settle(kiosk)
      assert.equal((await paymentOf(kiosk, order.payment)).status, 'cancelled')
      assert.equal(kiosk.provider.control.payment(order.payment)!.state, 'cancelled')
      assert.deepEqual(await notesOf(kiosk, order.id), ['authorized', 'cancelled'])
      const late = await pay(kiosk, order.payment, cards.good)
      assert.deepEqual([late.status, late.body.code], [409, 'payments_status'])
    })

    test('an order that nobody has tried to pay is cancelled without asking the provider', async () => {
      const kiosk = await open()
      const order = await placeOrder(kiosk)
      await post(kiosk, `/api/orders/${order.id}/cancel`)
      await settle(kiosk)
      assert.deepEqual(await notesOf(kiosk, order.id), ['cancelled'])
      assert.equal(kiosk.provider.control.payment(order.payment), undefined)
    })

    test('an order that is cancelled while the card is asked is not paid', async () => {
      const kiosk = await open()
      const order = await placeOrder(kiosk)
      const held = kiosk.provider.control.hold('authorize')
      const paying = pay(kiosk, order.payment, cards.good)
      await held.done
      const [attempt] = await operationsOf(kiosk, order.payment)
      assert.equal(attempt!.state, 'running', 'the call is written down before it is made')
      await post(kiosk, `/api/orders/${order.id}/cancel`)
      await kiosk.app.open.deliverNow()
      held.release()
      assert.ok(['cancelling', 'cancelled'].includes((await paying).body.status))
      await settle(kiosk)
      assert.equal(kiosk.provider.control.payment(order.payment)!.state, 'cancelled')
      assert.deepEqual(await notesOf(kiosk, order.id), ['cancelled'])
    })

    test('what was captured for a cancelled order is given back', async () => {
      const kiosk = await open()
      const order = await placeOrder(kiosk)
      await pay(kiosk, order.payment, cards.good)
      const refused = await post(kiosk, `/api/orders/${order.id}/cancel`)
      assert.deepEqual([refused.status, refused.body.code], [409, 'payments_status'])
      await kiosk.app.system.orders.update(order.id, { status: 'cancelled' })
      await settle(kiosk)
      assert.deepEqual(await notesOf(kiosk, order.id), ['authorized', 'captured', 'refunded'])
      const { refundedAmount, capturedAmount } = await paymentOf(kiosk, order.payment)
      assert.deepEqual([refundedAmount, capturedAmount], [5_000, 5_000])
    })

    test('a clock that jumps, either way, pays nothing twice and forgets nothing', async () => {
      const kiosk = await open()
      const day = 86_400_000
      const order = await placeOrder(kiosk)
      kiosk.provider.control.next('lookUp', 'neverArrives')
      await pay(kiosk, order.payment, cards.answerLost)
      kiosk.pass(-day)
      assert.equal((await confirm(kiosk, order.payment)).body.status, 'capturing')
      await kiosk.app.open.deliverNow()
      kiosk.pass(3 * day)
      await settle(kiosk)
      await paidOnce(kiosk, order)
    })

    test('only whoever it is for can see and pay it; staff sees it', async () => {
      const kiosk = await open()
      const order = await placeOrder(kiosk)
      const path = `/api/payments/${order.payment}`
      const stranger = await post(kiosk, `${path}/authorize`, { method: cards.good }, 'somebody-else')
      assert.equal(stranger.status, 404)
      assert.equal((await kiosk.app.fetch(path)).status, 401)
      const seen = await kiosk.app.as({ id: kiosk.buyer }).fetch(path)
      assert.equal(seen.status, 200)
      const shown = (await seen.json()) as object
      for (const hidden of ['providerId', 'provider', 'attempt', 'activeSubject']) assert.ok(!(hidden in shown), hidden)
      const staff = kiosk.app.as({ id: 'staff', roles: ['staff'] })
      assert.equal((await staff.fetch(path)).status, 200)
      const body = JSON.stringify({ method: cards.good })
      const headers = { 'content-type': 'application/json' }
      const paying = await staff.fetch(`${path}/authorize`, { method: 'POST', headers, body })
      assert.equal(paying.status, 403)
      const narrow = kiosk.app.as({ id: kiosk.buyer, kind: 'key', scopes: ['payments:read'] })
      assert.equal((await narrow.fetch(`${path}/authorize`, { method: 'POST', headers, body })).status, 403)
      for (const [method, status] of [
        ['PATCH', 403],
        ['DELETE', 403],
      ] as const) {
        const change = JSON.stringify({ capturedAmount: 1 })
        const answer = await staff.fetch(path, { method, headers, ...(method === 'PATCH' && { body: change }) })
        assert.equal(answer.status, status, method)
      }
      assert.equal((await kiosk.app.as({ id: kiosk.buyer }).fetch('/api/payment-operations')).status, 403)
    })

    test('an order has one payment at a time, however often and at once it is asked for', async () => {
      const kiosk = await open()
      const order = await placeOrder(kiosk)
      const start = (amount: number) => post(kiosk, `/api/orders/${order.id}/start`, { amount })
      const same = await Promise.all(Array.from({ length: 5 }, () => start(5_000)))
      assert.deepEqual(new Set(same.map(({ body }) => body.payment)), new Set([order.payment]))
      const other = await start(6_000)
      assert.deepEqual([other.status, other.body.code], [409, 'payments_already_started'])
      await post(kiosk, `/api/orders/${order.id}/cancel`)
      await settle(kiosk)
      const raced = await Promise.all(Array.from({ length: 5 }, () => start(6_000)))
      const made = new Set(raced.flatMap(({ status, body }) => (status === 200 ? [body.payment] : [])))
      assert.equal(made.size, 1)
      assert.ok(!made.has(order.payment))
      assert.ok(raced.every(({ status }) => status === 200 || status === 409))
      assert.equal(await kiosk.app.system.payments.count({ subject: order.id }), 2)
    })

    test('cards cannot be tried without end', async () => {
      const kiosk = await open()
      const order = await placeOrder(kiosk)
      for (let attempt = 0; attempt < 20; attempt++)
        assert.equal((await pay(kiosk, order.payment, cards.declined)).status, 200)
      const refused = await pay(kiosk, order.payment, cards.good)
      assert.deepEqual([refused.status, refused.body.code], [429, 'payments_too_many_attempts'])
      assert.equal((await paymentOf(kiosk, order.payment)).status, 'open')
    })

    test('what is no way to pay is refused, and written nowhere', async () => {
      const kiosk = await open()
      const order = await placeOrder(kiosk)
      const refused = await pay(kiosk, order.payment, '4111 1111 1111 1111')
      assert.deepEqual([refused.status, refused.body.code], [400, 'payments_method'])
      assert.doesNotMatch(JSON.stringify(refused.body), /4111/)
      assert.deepEqual(await operationsOf(kiosk, order.payment), [])
    })

    test('messages that are not signed, or signed long ago, are refused', async () => {
      const kiosk = await open()
      const order = await placeOrder(kiosk)
      await pay(kiosk, order.payment, cards.good)
      const { body, headers } = kiosk.provider.control.messages()[0]!
      const send = async (changed: object, text = body) =>
        (
          await fetch(`${await kiosk.app.url()}/api/webhooks/simulated`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', ...headers, ...changed },
            body: text,
          })
        ).status
      assert.ok((await send({})) < 300)
      assert.equal(await send({ 'webhook-signature': 'v1,AAAA' }), 401)
      assert.equal(await send({}, `${body} `), 401)
      kiosk.pass(600_000)
      assert.equal(await send({}), 401)
    })
  })
}

async function paidOnce(kiosk: Kiosk, order: { readonly id: string; readonly payment: string }): Promise<void> {
  assert.deepEqual(await notesOf(kiosk, order.id), ['authorized', 'captured'])
  assert.equal((await kiosk.app.system.orders.get(order.id)).timesPaid, 1)
  const kinds = kiosk.provider.control.calls(order.payment).map(({ kind }) => kind)
  assert.deepEqual(kinds, ['authorize', 'capture'])
}

function refundsAt({ provider }: Kiosk, payment: string) {
  return provider.control.calls(payment).filter(({ kind }) => kind === 'refund')
}

/** All messages there were, in the wrong order. */
async function postAgain({ app, provider }: Kiosk): Promise<void> {
  const url = `${await app.url()}/api/webhooks/simulated`
  for (const { body, headers } of provider.control.messages().toReversed()) {
    const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }
    assert.ok((await fetch(url, init)).ok)
  }
}

async function answerChallenge({ app }: Kiosk, pathname: string, answer: 'approve' | 'decline'): Promise<Response> {
  return fetch((await app.url()) + pathname, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `answer=${answer}`,
    redirect: 'manual',
  })
}
