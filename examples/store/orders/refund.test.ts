import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { databases } from '../../../tests/databases.ts'
import { assertLawsHold } from '../testing/laws.ts'
import {
  checkout,
  newBuyer,
  newCart,
  newGoods,
  type OpenShop,
  openShop,
  shelfOf,
  statusesOf,
} from '../testing/open-shop.ts'
import { done, type Json, send } from '../testing/over-http.ts'
import { addGiftCard, balanceOf, newPaidOrder } from '../testing/paid-orders.ts'

for (const { name, url } of databases) {
  describe(`returns and refunds on ${name}`, () => {
    let shop: OpenShop
    before(async () => {
      shop = await openShop({ database: await url() })
    })
    after(() => shop.app.close())

    test('goods come back: what can be sold goes on the shelf, what is broken does not, and the money goes back by piece', async () => {
      const [tea, mug] = [
        await newGoods(shop, { price: 400, pieces: 5 }),
        await newGoods(shop, { price: 800, pieces: 2 }),
      ]
      const buyer = await newBuyer(shop)
      const { id, items, giftCard } = await newPaidOrder(shop, buyer, { [tea]: 3, [mug]: 1 })
      await done(shop.staff, 'POST', `/api/orders/${id}/ship`, {})

      const wish = { reason: 'Too much', items: [piece(items[tea], 2), piece(items[mug], 1)] }
      const asked = await done(buyer, 'POST', `/api/orders/${id}/request-return`, wish)
      const { data } = await done(buyer, 'GET', `/api/returns/${asked.id}/items`)
      const broken = data.find(({ orderItem }: Json) => orderItem === items[mug]).id
      await done(shop.staff, 'POST', `/api/returns/${asked.id}/receive`, { damaged: [broken] })
      assert.deepEqual(await shelfOf(tea, shop), { onHand: 4, reserved: 0, available: 4 })
      assert.deepEqual(await shelfOf(mug, shop), { onHand: 1, reserved: 0, available: 1 })
      assert.equal((await send(shop.staff, 'POST', `/api/returns/${asked.id}/receive`, {})).status, 409)

      const refund = await done(shop.staff, 'POST', `/api/orders/${id}/refund`, wish)
      assert.deepEqual([refund.amount.amount, refund.status, refund.giftCardAmount], [1_600, 'done', 1_600])
      assert.equal(await balanceOf(shop, giftCard), 1_000_000 - 400)
      const mails = (await shop.app.mails()).filter(({ subject }) => subject.startsWith('Money back'))
      assert.match(mails[0]!.text, /16\.00 EUR/)
    })

    test('nobody sends back what was not sent, or sends it back twice', async () => {
      const tea = await newGoods(shop, { pieces: 5 })
      const buyer = await newBuyer(shop)
      const { id, items } = await newPaidOrder(shop, buyer, { [tea]: 3 })
      const wish = (quantity: number) => ({ reason: 'No', items: [piece(items[tea], quantity)] })
      const ask = async (quantity: number) =>
        (await send(buyer, 'POST', `/api/orders/${id}/request-return`, wish(quantity))).status
      assert.equal(await ask(1), 409)
      await done(shop.staff, 'POST', `/api/orders/${id}/ship`, {})
      assert.equal(await ask(4), 409)
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => send(buyer, 'POST', `/api/orders/${id}/request-return`, wish(2))),
      )
      assert.deepEqual(statusesOf(answers), { 200: 1, 409: 9 })
      const [{ body: asked }] = answers.filter(({ status }) => status === 200) as [Json]
      await done(shop.staff, 'POST', `/api/returns/${asked.id}/reject`, { answer: 'It was opened.' })
      assert.equal(await ask(3), 200)
    })

    test('an order that is not paid is cancelled, not refunded', async () => {
      const tea = await newGoods(shop, { price: 500, pieces: 5 })
      const buyer = await newBuyer(shop)
      const cart = await newCart(buyer, { [tea]: 1 })
      await addGiftCard(shop, buyer, cart, 200)
      const { body: order } = await checkout(buyer, cart)
      const early = await send(shop.staff, 'POST', `/api/orders/${order.id}/refund`, { amount: 200, reason: 'x' })
      assert.deepEqual([early.status, early.body.code], [409, 'store_order_unpaid'])
    })

    test('a stranger can ask for nothing, a customer cannot pay themselves back', async () => {
      const tea = await newGoods(shop, { pieces: 5 })
      const [buyer, stranger] = [await newBuyer(shop), await newBuyer(shop)]
      const { id, items } = await newPaidOrder(shop, buyer, { [tea]: 1 })
      const wish = { reason: 'x', items: [piece(items[tea], 1)] }
      assert.equal((await send(stranger, 'POST', `/api/orders/${id}/request-return`, wish)).status, 404)
      assert.equal((await send(buyer, 'POST', `/api/orders/${id}/refund`, wish)).status, 403)
    })

    test('twenty refunds at once never give back more than was paid', async () => {
      const tea = await newGoods(shop, { price: 1_000, pieces: 5 })
      const { id, giftCard } = await newPaidOrder(shop, await newBuyer(shop), { [tea]: 1 })
      const refund = { amount: 300, reason: 'Sorry' }
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => send(shop.staff, 'POST', `/api/orders/${id}/refund`, refund)),
      )
      assert.deepEqual(statusesOf(answers), { 200: 3, 409: 17 })
      assert.equal(await balanceOf(shop, giftCard), 1_000_000 - 100)
      const rest = await send(shop.staff, 'POST', `/api/orders/${id}/refund`, { amount: 101, reason: 'x' })
      assert.deepEqual([rest.status, rest.body.code], [409, 'store_refund_too_much'])
    })

    test('a piece is paid back once, whoever asks at the same time, and all pieces come to what was paid', async () => {
      const tea = await newGoods(shop, { price: 333, pieces: 9 })
      const { id, items, giftCard } = await newPaidOrder(shop, await newBuyer(shop), { [tea]: 3 })
      const refund = { reason: 'Broken', items: [piece(items[tea], 1)] }
      const answers = await Promise.all(
        Array.from({ length: 12 }, () => send(shop.staff, 'POST', `/api/orders/${id}/refund`, refund)),
      )
      assert.deepEqual(statusesOf(answers), { 200: 3, 409: 9 })
      assert.equal(await balanceOf(shop, giftCard), 1_000_000)
    })

    test('after all of this the laws hold', () => assertLawsHold(shop))
  })
}

const piece = (orderItem: string | undefined, quantity: number) => ({ orderItem, quantity })
