import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { databases } from '../../../tests/databases.ts'
import { isSigned, startReceiver } from '../../../tests/webhooks/receiver.ts'
import shop from '../app.ts'
import { newBuyer, newGoods, newOrder, newReceivedOrder } from '../testing/open-shop.ts'
import { done, type Json } from '../testing/over-http.ts'
import { openPayingShop, pay, settle } from '../testing/payments.ts'

for (const { name, url } of databases) {
  describe(`what partners are told on ${name}`, () => {
    test('a payment is told once, signed, and without who has bought', async () => {
      const { opened, partner, secret, toldOf } = await openWithPartner(await url())
      const buyer = await newBuyer(opened)
      const order = await newOrder(buyer, { [await newGoods(opened, { price: 1_250, pieces: 9 })]: 2 })
      await pay(buyer, order.payment)
      await settle(opened)
      const total = { amount: 2_500, currency: 'EUR' }
      assert.deepEqual(toldOf('orders.paid'), [{ order: order.id, number: order.number, total }])
      for (const message of partner.received) {
        assert.ok(isSigned(message, secret))
        assert.ok(!message.body.includes('@example.com') && !message.body.includes('Ada'), message.body)
      }
    })

    test('of a parcel, a cancellation and a refund they are told what they need', async () => {
      const { opened, toldOf } = await openWithPartner(await url())
      const buyer = await newBuyer(opened)
      const sent = await newReceivedOrder(buyer, { [await newGoods(opened, { price: 0, pieces: 9 })]: 1 }, opened)
      const dropped = await newOrder(buyer, { [await newGoods(opened, { price: 500, pieces: 9 })]: 1 })
      await pay(buyer, dropped.payment)
      await settle(opened)
      await done(buyer, 'POST', `/api/orders/${dropped.id}/cancel`, {})
      await settle(opened)
      const [[shipped], [cancelled], [refunded]] = ['shipped', 'cancelled', 'refunded'].map((what) =>
        toldOf(`orders.${what}`),
      ) as [Json, Json, Json]
      assert.deepEqual([shipped.order, shipped.trackingCode], [sent.id, null])
      assert.deepEqual([cancelled.order, cancelled.number], [dropped.id, dropped.number])
      assert.deepEqual([refunded.order, refunded.amount], [dropped.id, { amount: 500, currency: 'EUR' }])
    })

    test('a shelf that has run low is told once', async () => {
      const { opened, toldOf } = await openWithPartner(await url())
      const variant = await newGoods(opened, { price: 0, pieces: 7 })
      const buyer = await newBuyer(opened)
      for (const quantity of [1, 1, 1]) await newOrder(buyer, { [variant]: quantity })
      await settle(opened)
      assert.deepEqual(toldOf('stock.low'), [{ variant, location: opened.warehouse, available: 5 }])
    })

    test('books that do not add up are told', async () => {
      const { opened, toldOf } = await openWithPartner(await url())
      await newGoods(opened, { pieces: 1 })
      const { system, open } = opened.app
      const level = await system['stock-levels']!.first({})
      await system['stock-levels']!.update(level!.id, { onHand: 8, available: 8 })
      await open.addJob('store.audit', {})
      await settle(opened)
      assert.deepEqual(toldOf('store.audit-failed'), [{ violations: 1 }])
    })
  })
}

/** A shop, and somebody who has asked to be told of everything. */
async function openWithPartner(database: string) {
  const partner = await startReceiver()
  const settings = { ...shop.settings, outgoing: { allow: [`127.0.0.1:${partner.port}`] } }
  const opened = await openPayingShop({ database }, { ...shop, settings })
  after(() => opened.app.close())
  const wish = { url: partner.url, events: ['*'] }
  const { secret } = await done(opened.staff, 'POST', '/api/webhook-endpoints/add', wish)
  const toldOf = (type: string): readonly Json[] =>
    partner.received.filter(({ message }) => message.type === type).map(({ message }) => message.data)
  return { opened, partner, secret, toldOf }
}
