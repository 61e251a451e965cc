import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { databases } from '../../../tests/databases.ts'
import type { StoreDb } from '../collections.ts'
import {
  newBuyer,
  newCart,
  newGoods,
  newOrder,
  newReceivedOrder,
  type OpenShop,
  openShop,
} from '../testing/open-shop.ts'
import { done, send } from '../testing/over-http.ts'

for (const { name, url } of databases) {
  describe(`reports on ${name}`, () => {
    let shop: OpenShop
    let store: StoreDb
    let nowMs = Date.parse('2026-05-01T12:00:00.000Z')
    before(async () => {
      shop = await openShop({ database: await url(), clock: { nowMs: () => nowMs } })
      store = shop.app.system as StoreDb
    })
    after(() => shop.app.close())

    const paid = async (order: string, paidAt: string, amount: number) => {
      const total = { amount, currency: 'EUR' } as const
      await store.orders.update(order, { status: 'paid', paidAt, total })
    }

    test('revenue is told by day and currency, with what went back that day', async () => {
      const tea = await newGoods(shop, { price: 1_000, pieces: 50 })
      const buyer = await newBuyer(shop)
      const orders = [
        await newOrder(buyer, { [tea]: 1 }),
        await newOrder(buyer, { [tea]: 2 }),
        await newOrder(buyer, { [tea]: 3 }),
      ]
      await paid(orders[0]!.id, '2026-04-02T00:00:00.000Z', 1_000)
      await paid(orders[1]!.id, '2026-04-02T23:59:59.999Z', 2_000)
      await paid(orders[2]!.id, '2026-04-03T00:00:00.000Z', 3_000)
      const amount = { amount: 250, currency: 'EUR' } as const
      const refund = { order: orders[0]!.id, amount, paymentAmount: 250, giftCardAmount: 0, reason: 'Broken' }
      await store.refunds.create({ ...refund, status: 'done' })
      await store.refunds.create({ ...refund, status: 'failed' })
      const revenue = (from: string, until: string) => done(shop.staff, 'POST', '/api/orders/revenue', { from, until })
      const day = { currency: 'EUR', orders: 0, revenue: 0, refunded: 0 }
      assert.deepEqual((await revenue('2026-04-02', '2026-05-01')).days, [
        { ...day, day: '2026-05-01', refunded: 250 },
        { ...day, day: '2026-04-03', orders: 1, revenue: 3_000 },
        { ...day, day: '2026-04-02', orders: 2, revenue: 3_000 },
      ])
      assert.deepEqual((await revenue('2026-04-01', '2026-04-01')).days, [])
      const years = await send(shop.staff, 'POST', '/api/orders/revenue', { from: '2020-01-01', until: '2026-01-01' })
      assert.deepEqual([years.status, years.body.code], [400, 'store_too_many_days'])
    })

    test('what sells best is told by pieces, without what was cancelled', async () => {
      const [few, many] = [
        await newGoods(shop, { price: 0, pieces: 9 }),
        await newGoods(shop, { price: 0, pieces: 50 }),
      ]
      const buyer = await newBuyer(shop)
      nowMs = Date.parse('2026-06-01T12:00:00.000Z')
      await newReceivedOrder(buyer, { [few]: 2, [many]: 3 }, shop)
      await newReceivedOrder(buyer, { [many]: 4 }, shop)
      const given = await newOrder(buyer, { [few]: 7 })
      await done(buyer, 'POST', `/api/orders/${given.id}/cancel`, {})
      const times = { from: '2026-06-01', until: '2026-06-01' }
      const { variants } = await done(shop.staff, 'POST', '/api/orders/best-sellers', times)
      assert.deepEqual(
        variants.map(({ variant, pieces, orders }: Record<string, unknown>) => [variant, pieces, orders]),
        [
          [many, 7, 2],
          [few, 2, 1],
        ],
      )
      assert.equal(
        (await done(shop.staff, 'POST', '/api/orders/best-sellers', { ...times, limit: 1 })).variants.length,
        1,
      )
    })

    test('carts that were left are told, and neither empty nor ordered ones', async () => {
      const tea = await newGoods(shop, { price: 0, pieces: 9 })
      const buyer = await newBuyer(shop)
      const cart = await newCart(buyer, { [tea]: 3 })
      await newCart(buyer, {})
      await newReceivedOrder(buyer, { [tea]: 1 }, shop)
      const abandoned = () => done(shop.staff, 'POST', '/api/carts/abandoned', { idleHours: 2 })
      assert.deepEqual((await abandoned()).carts, [])
      nowMs += 2 * 3_600_000 + 1
      const { total, carts } = await abandoned()
      assert.equal(total, 1)
      const { id, customer, pieces } = carts[0]
      assert.deepEqual([id, customer, pieces], [cart, buyer.id, 3])
    })

    test('reports are for who runs the shop', async () => {
      const buyer = await newBuyer(shop)
      const times = { from: '2026-04-01', until: '2026-04-01' }
      for (const [path, input] of [
        ['/api/orders/revenue', times],
        ['/api/orders/best-sellers', times],
        ['/api/carts/abandoned', {}],
      ] as const)
        assert.equal((await send(buyer, 'POST', path, input)).status, 403, path)
    })
  })
}
