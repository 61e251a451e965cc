import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { type SimulatedCallKind, simulated } from 'galley/payments/simulated'
import { testPostgresUrl } from '../postgres-server.ts'
import { cards, confirm, notesOf, openKiosk, operationsOf, pay, paymentOf, placeOrder, post, settle } from './kiosk.ts'

const sqliteUrl = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'payments-'))
  after(() => rm(folder, { recursive: true, force: true }))
  return `sqlite:${join(folder, 'kiosk.db')}`
}

for (const [name, url] of [
  ['sqlite', sqliteUrl],
  ['postgres', testPostgresUrl],
] as const) {
  describe(`payments after a crash, on ${name}`, () => {
    /** Opens a shop whose process ends after the provider has done a call, and before anything is recorded of it. */
    const crashAt = async (kind: SimulatedCallKind, captures?: number) => {
      const provider = simulated()
      const database = await url()
      const options = { provider, ...(captures === undefined ? {} : { captures }) }
      const before = await openKiosk(database, options)
      const { buyer } = before
      const held = provider.control.hold(kind)
      return {
        before,
        async crash() {
          await held.done
          // Nothing is finished and nobody waits: what is in work finds a database that is closed.
          provider.control.sendMessagesTo(undefined)
          await before.app.open.database.close()
          held.release()
          await before.close().catch(() => {})
          const again = await openKiosk(database, { ...options, buyer })
          after(() => again.close())
          return again
        },
      }
    }

    test('an authorization whose process ends before its answer is recorded is found by the next', async () => {
      const { before, crash } = await crashAt('authorize')
      const order = await placeOrder(before)
      pay(before, order.payment, cards.good).catch(() => {})
      const again = await crash()
      assert.equal((await paymentOf(again, order.payment)).status, 'processing')
      assert.equal((await operationsOf(again, order.payment))[0]!.state, 'running')
      again.pass(31_000)
      await settle(again)
      assert.deepEqual(await notesOf(again, order.id), ['authorized', 'captured'])
      const kinds = again.provider.control.calls(order.payment).map(({ kind }) => kind)
      assert.deepEqual(kinds, ['authorize', 'capture'])
    })

    test('the payer who comes back after the crash is told at once', async () => {
      const { before, crash } = await crashAt('authorize')
      const order = await placeOrder(before)
      pay(before, order.payment, cards.good).catch(() => {})
      const again = await crash()
      assert.equal((await confirm(again, order.payment)).body.status, 'capturing')
      const second = await pay(again, order.payment, cards.good)
      assert.equal(second.body.status, 'capturing')
      await settle(again)
      assert.deepEqual(await notesOf(again, order.id), ['authorized', 'captured'])
    })

    test('a capture whose process ends before its answer is recorded is taken once', async () => {
      const { before, crash } = await crashAt('capture')
      const order = await placeOrder(before)
      await pay(before, order.payment, cards.good)
      before.app.open.deliverNow().catch(() => {})
      const again = await crash()
      assert.equal((await paymentOf(again, order.payment)).status, 'capturing')
      await settle(again)
      assert.deepEqual(await notesOf(again, order.id), ['authorized', 'captured'])
      const captures = again.provider.control.calls(order.payment).filter(({ kind }) => kind === 'capture')
      assert.equal(captures.length, 1)
    })

    test('a refund whose process ends before its answer is recorded is made once', async () => {
      const { before, crash } = await crashAt('refund')
      const order = await placeOrder(before)
      await pay(before, order.payment, cards.good)
      await settle(before)
      await post(before, `/api/orders/${order.id}/refund`, { amount: 1_200, key: 'return 1' })
      before.app.open.deliverNow().catch(() => {})
      const again = await crash()
      await post(again, `/api/orders/${order.id}/refund`, { amount: 1_200, key: 'return 1' })
      await settle(again)
      const { refundedAmount, refundableAmount } = await paymentOf(again, order.payment)
      assert.deepEqual({ refundedAmount, refundableAmount }, { refundedAmount: 1_200, refundableAmount: 3_800 })
      assert.deepEqual(await notesOf(again, order.id), ['authorized', 'captured', 'refunded'])
    })

    test('a cancellation whose process ends before its answer is recorded is finished', async () => {
      const { before, crash } = await crashAt('cancel', 0)
      const order = await placeOrder(before)
      await pay(before, order.payment, cards.good)
      await post(before, `/api/orders/${order.id}/cancel`)
      before.app.open.deliverNow().catch(() => {})
      const again = await crash()
      await settle(again)
      assert.equal((await paymentOf(again, order.payment)).status, 'cancelled')
      assert.deepEqual(await notesOf(again, order.id), ['authorized', 'cancelled'])
    })

    test('an operation that lost its job is taken up at the next start', async () => {
      const { before, crash } = await crashAt('authorize')
      const order = await placeOrder(before)
      pay(before, order.payment, cards.good).catch(() => {})
      const again = await crash()
      await again.app.open.queue.remove({ name: 'payments.call', state: 'waiting' })
      again.pass(3 * 3_600_000)
      await again.app.open.deliverNow()
      assert.deepEqual(await notesOf(again, order.id), [])
      // As is done at every start.
      await again.app.open.tidy()
      await settle(again)
      assert.deepEqual(await notesOf(again, order.id), ['authorized', 'captured'])
    })

    test('two processes that are asked the same at the same time take the money once', async () => {
      const provider = simulated({ slowMs: 20, pendingMs: 20 })
      const database = await url()
      const one = await openKiosk(database, { provider })
      const other = await openKiosk(database, { provider, buyer: one.buyer })
      after(() => Promise.all([one.close(), other.close()]))
      const order = await placeOrder(one)
      const both = [one, other].flatMap((kiosk) => [
        ...Array.from({ length: 5 }, () => pay(kiosk, order.payment, cards.threeMessages)),
        ...Array.from({ length: 10 }, () => confirm(kiosk, order.payment)),
      ])
      const answers = await Promise.all(both)
      assert.ok(answers.every(({ status }) => status === 200))
      await Promise.all([settle(one), settle(other)])
      assert.deepEqual(await notesOf(one, order.id), ['authorized', 'captured'])
      const ask = (kiosk: typeof one, key: string) =>
        post(kiosk, `/api/orders/${order.id}/refund`, { amount: 1_500, key })
      await Promise.all([one, other].flatMap((kiosk) => ['a', 'b', 'c', 'd', 'e'].map((key) => ask(kiosk, key))))
      await Promise.all([settle(one), settle(other)])
      assert.equal((await paymentOf(one, order.payment)).refundedAmount, 4_500)
      const kinds = provider.control.calls(order.payment).map(({ kind }) => kind)
      assert.deepEqual(kinds, ['authorize', 'capture', 'refund', 'refund', 'refund'])
    })
  })
}
