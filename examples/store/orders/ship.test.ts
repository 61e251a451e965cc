import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { databases } from '../../../tests/databases.ts'
import { assertLawsHold } from '../testing/laws.ts'
import { newBuyer, newGoods, newOrder, type OpenShop, openShop, shelfOf, statusesOf } from '../testing/open-shop.ts'
import { done, type Json, type Someone, send } from '../testing/over-http.ts'
import { balanceOf, newPaidOrder } from '../testing/paid-orders.ts'

for (const { name, url } of databases) {
  describe(`shipping orders on ${name}`, () => {
    let shop: OpenShop
    before(async () => {
      shop = await openShop({ database: await url() })
    })
    after(() => shop.app.close())

    test('an order leaves in two parcels, each with a mail, and the shelf with it', async () => {
      const [tea, mug] = [await newGoods(shop, { pieces: 5 }), await newGoods(shop, { pieces: 2 })]
      const buyer = await newBuyer(shop)
      const { id, items } = await newPaidOrder(shop, buyer, { [tea]: 3, [mug]: 1 })
      assert.deepEqual(await shelfOf(tea, shop), { onHand: 5, reserved: 3, available: 2 })

      const parcel = { carrier: 'Post', trackingCode: 'XY 1', items: [{ orderItem: items[tea], quantity: 2 }] }
      await done(shop.staff, 'POST', `/api/orders/${id}/ship`, parcel)
      assert.equal((await done(buyer, 'GET', `/api/orders/${id}`)).status, 'partiallyShipped')
      assert.deepEqual(await shelfOf(tea, shop), { onHand: 3, reserved: 1, available: 2 })
      assert.equal((await send(buyer, 'POST', `/api/orders/${id}/cancel`, {})).status, 409)

      await done(shop.staff, 'POST', `/api/orders/${id}/ship`, {})
      const order = await done(buyer, 'GET', `/api/orders/${id}?expand=shipments.items`)
      assert.equal(order.status, 'shipped')
      assert.deepEqual(
        order.shipments.map(({ trackingCode, items }: Json) => [trackingCode, items.length]),
        [
          ['XY 1', 1],
          [null, 2],
        ],
      )
      assert.deepEqual(await shelfOf(tea, shop), { onHand: 2, reserved: 0, available: 2 })
      assert.deepEqual(await shelfOf(mug, shop), { onHand: 1, reserved: 0, available: 1 })
      const mails = (await shop.app.mails()).filter(({ text }) => text.includes(order.number))
      assert.equal(mails.filter(({ subject }) => subject.includes('is on its way')).length, 2)
      assert.match(mails.map(({ text }) => text).join(), /Post calls it XY 1/)
    })

    test('nobody ships more than was ordered, or what is of another order, or what is not paid', async () => {
      const tea = await newGoods(shop, { pieces: 9 })
      const buyer = await newBuyer(shop)
      const [one, other] = [
        await newPaidOrder(shop, buyer, { [tea]: 2 }),
        await newPaidOrder(shop, buyer, { [tea]: 1 }),
      ]
      const ship = async (orderItem: string | undefined, quantity: number) =>
        (await send(shop.staff, 'POST', `/api/orders/${one.id}/ship`, { items: [{ orderItem, quantity }] })).status
      assert.equal(await ship(one.items[tea], 3), 409)
      assert.equal(await ship(other.items[tea], 1), 404)
      const unpaid = await newOrder(buyer, { [tea]: 1 })
      assert.equal((await send(shop.staff, 'POST', `/api/orders/${unpaid.id}/ship`, {})).status, 409)
      assert.deepEqual(await shelfOf(tea, shop), { onHand: 9, reserved: 4, available: 5 })
    })

    test('what cannot be sent is given up: others can have it, and its money goes back', async () => {
      const tea = await newGoods(shop, { price: 1_000, pieces: 5 })
      const buyer = await newBuyer(shop)
      const { id, items, giftCard } = await newPaidOrder(shop, buyer, { [tea]: 4 })
      const giveUp = (actor: Someone) => send(actor, 'POST', `/api/orders/${id}/cancel-rest`, { reason: 'Moths' })
      assert.equal((await giveUp(shop.staff)).status, 409)
      await done(shop.staff, 'POST', `/api/orders/${id}/ship`, { items: [{ orderItem: items[tea], quantity: 1 }] })
      assert.equal((await giveUp(buyer)).status, 403)
      const answers = await Promise.all(Array.from({ length: 5 }, () => giveUp(shop.staff)))
      assert.deepEqual(statusesOf(answers), { 200: 1, 409: 4 })
      assert.deepEqual(await shelfOf(tea, shop), { onHand: 4, reserved: 0, available: 4 })
      assert.equal(await balanceOf(shop, giftCard), 1_000_000 - 1_000)
      assert.equal((await send(shop.staff, 'POST', `/api/orders/${id}/ship`, {})).status, 409)
    })

    test('a back-order waits for its goods, and is shipped when they have come', async () => {
      const lamp = await newGoods(shop, { pieces: 1, allowsBackorder: true })
      const { id } = await newPaidOrder(shop, await newBuyer(shop), { [lamp]: 3 })
      const early = await send(shop.staff, 'POST', `/api/orders/${id}/ship`, {})
      assert.deepEqual([early.status, early.body.code], [409, 'store_not_on_hand'])
      const delivery = { variant: lamp, location: shop.warehouse, quantity: 5 }
      await done(shop.staff, 'POST', '/api/stock-levels/receive', delivery)
      await done(shop.staff, 'POST', `/api/orders/${id}/ship`, {})
      assert.deepEqual(await shelfOf(lamp, shop), { onHand: 3, reserved: 0, available: 3 })
    })

    test('ten who pack the same pieces at once send them once', async () => {
      const tea = await newGoods(shop, { pieces: 5 })
      const { id, items } = await newPaidOrder(shop, await newBuyer(shop), { [tea]: 3 })
      const parcel = { items: [{ orderItem: items[tea], quantity: 2 }] }
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => send(shop.staff, 'POST', `/api/orders/${id}/ship`, parcel)),
      )
      assert.equal(answers.filter(({ status }) => status === 200).length, 1)
      assert.deepEqual(await shelfOf(tea, shop), { onHand: 3, reserved: 1, available: 2 })
    })

    test('after all of this the laws hold', () => assertLawsHold(shop))
  })
}
