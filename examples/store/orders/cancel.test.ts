import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { databases } from '../../../tests/databases.ts'
import { assertLawsHold } from '../testing/laws.ts'
import {
  checkout,
  newBuyer,
  newCart,
  newGoods,
  newOrder,
  type OpenShop,
  openShop,
  shelfOf,
  statusesOf,
} from '../testing/open-shop.ts'
import { done, send } from '../testing/over-http.ts'
import { addGiftCard, balanceOf, newPaidOrder } from '../testing/paid-orders.ts'

for (const { name, url } of databases) {
  describe(`cancelling orders on ${name}`, () => {
    let shop: OpenShop
    before(async () => {
      shop = await openShop({ database: await url() })
    })
    after(() => shop.app.close())

    test('an order that is cancelled twenty times at once goes back on the shelf once', async () => {
      const tea = await newGoods(shop, { pieces: 5 })
      const buyer = await newBuyer(shop)
      const { id } = await newOrder(buyer, { [tea]: 2 })
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => send(buyer, 'POST', `/api/orders/${id}/cancel`, {})),
      )
      assert.deepEqual(statusesOf(answers), { 200: 1, 409: 19 })
      assert.deepEqual(await shelfOf(tea, shop), { onHand: 5, reserved: 0, available: 5 })
    })

    test('coupon and gift card are given back, and can be used again', async () => {
      const tea = await newGoods(shop, { price: 1_000, pieces: 5 })
      const buyer = await newBuyer(shop)
      const coupon = { code: 'ONCE', kind: 'percentage', rate: 100_000, limitTotal: 1 }
      await done(shop.staff, 'POST', '/api/coupons', coupon)
      const cart = await newCart(buyer, { [tea]: 1 })
      await done(buyer, 'POST', `/api/carts/${cart}/apply-coupon`, { code: 'once' })
      const giftCard = await addGiftCard(shop, buyer, cart, 300)
      const { body: order } = await checkout(buyer, cart)
      assert.deepEqual([order.total.amount, order.due.amount, order.status], [900, 600, 'placed'])
      assert.equal(await balanceOf(shop, giftCard), 0)
      await done(buyer, 'POST', `/api/orders/${order.id}/cancel`, {})
      assert.equal(await balanceOf(shop, giftCard), 300)
      const [{ usedCount }] = (await done(shop.staff, 'GET', '/api/coupons?filter[code][eq]=ONCE')).data
      assert.equal(usedCount, 0)
    })

    test('of ten who ship and ten who cancel at once, one wins, and the goods are where the order says', async () => {
      const tea = await newGoods(shop, { pieces: 50 })
      for (let round = 0; round < 5; round += 1) {
        const buyer = await newBuyer(shop)
        const before = await shelfOf(tea, shop)
        const { id, giftCard } = await newPaidOrder(shop, buyer, { [tea]: 2 })
        const answers = await Promise.all(
          Array.from({ length: 20 }, (_, index) =>
            index % 2 === 0
              ? send(shop.staff, 'POST', `/api/orders/${id}/ship`, {})
              : send(buyer, 'POST', `/api/orders/${id}/cancel`, {}),
          ),
        )
        assert.deepEqual(statusesOf(answers), { 200: 1, 409: 19 })
        const { status } = await done(buyer, 'GET', `/api/orders/${id}`)
        const gone = status === 'shipped' ? 2 : 0
        const onHand = before.onHand - gone
        assert.deepEqual(await shelfOf(tea, shop), { onHand, reserved: 0, available: onHand })
        assert.equal(await balanceOf(shop, giftCard), status === 'shipped' ? 999_800 : 1_000_000)
      }
    })

    test('after all of this the laws hold', () => assertLawsHold(shop))
  })
}
