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
  shippingAddress,
  statusesOf,
} from '../testing/open-shop.ts'
import { done, type Json, send } from '../testing/over-http.ts'

for (const { name, url } of databases) {
  describe(`checkout on ${name}`, () => {
    let shop: OpenShop
    before(async () => {
      shop = await openShop({ database: await url() })
    })
    after(() => shop.app.close())

    test('an order has the names and prices of the moment, and holds its goods', async () => {
      const [tea, mug] = [
        await newGoods(shop, { price: 1_250, pieces: 5 }),
        await newGoods(shop, { price: 800, pieces: 1 }),
      ]
      const buyer = await newBuyer(shop)
      const cart = await newCart(buyer, { [tea]: 2, [mug]: 1 })
      const order = (await checkout(buyer, cart)).body
      assert.match(order.number, /^HH-[2-9A-Z]{4}-[2-9A-Z]{4}$/)
      assert.deepEqual(
        [order.status, order.total, order.tax, order.due],
        ['placed', euros(3_300), euros(660), euros(3_300)],
      )
      await done(shop.staff, 'PATCH', `/api/variants/${tea}`, { price: { amount: 9_900 } })
      const { data } = await done(buyer, 'GET', `/api/orders/${order.id}/items?sort=-quantity`)
      assert.deepEqual(
        data.map((item: Json) => [item.quantity, item.unitPrice.amount, item.net.amount, item.tax.amount]),
        [
          [2, 1_250, 2_000, 500],
          [1, 800, 640, 160],
        ],
      )
      assert.deepEqual(await shelfOf(tea, shop), { onHand: 5, reserved: 2, available: 3 })
      assert.deepEqual(await shelfOf(mug, shop), { onHand: 1, reserved: 1, available: 0 })
      assert.deepEqual((await done(buyer, 'GET', `/api/orders/${order.id}/events`)).data.map(kindAndBy), [
        ['placed', 'customer'],
      ])
    })

    test('a client has no say in prices, totals or the state of a cart', async () => {
      const tea = await newGoods(shop, { pieces: 5 })
      const buyer = await newBuyer(shop)
      const cart = await newCart(buyer, {})
      const refused = [
        await send(buyer, 'POST', `/api/carts/${cart}/items`, { variant: tea, quantity: 1, unitPrice: 1 }),
        await send(buyer, 'POST', `/api/carts/${cart}/items`, { variant: tea, quantity: 100 }),
        await send(buyer, 'POST', `/api/carts/${cart}/checkout`, { shippingAddress, total: { amount: 1 } }),
        await send(buyer, 'POST', '/api/carts', { status: 'ordered' }),
        await send(buyer, 'POST', '/api/orders', { total: { amount: 1 } }),
        await send(buyer, 'PATCH', `/api/variants/${tea}`, { price: { amount: 1 } }),
      ]
      assert.deepEqual(
        refused.map(({ status }) => status),
        [400, 400, 400, 403, 403, 403],
      )
    })

    test('another customer sees neither cart nor order nor what belongs to it, and cannot order the cart', async () => {
      const tea = await newGoods(shop, { pieces: 5 })
      const [buyer, stranger] = [await newBuyer(shop), await newBuyer(shop)]
      const cart = await newCart(buyer, { [tea]: 1 })
      assert.equal((await checkout(stranger, cart)).status, 404)
      const order = await newOrder(buyer, { [tea]: 1 })
      for (const path of [`/api/carts/${cart}`, `/api/orders/${order.id}`, `/api/payments/${order.payment}`])
        assert.equal((await send(stranger, 'GET', path)).status, 404)
      for (const list of ['order-items', 'order-events'])
        assert.deepEqual((await done(stranger, 'GET', `/api/${list}`)).data, [])
    })

    test('what is missing is listed, all of it, and nothing has changed', async () => {
      const [plenty, few, none] = [
        await newGoods(shop, { pieces: 9 }),
        await newGoods(shop, { pieces: 2 }),
        await newGoods(shop, { pieces: 0 }),
      ]
      const buyer = await newBuyer(shop)
      const cart = await newCart(buyer, { [plenty]: 1, [few]: 3, [none]: 1 })
      const answer = await checkout(buyer, cart)
      assert.deepEqual([answer.status, answer.body.code], [409, 'store_items_missing'])
      const missing = answer.body.errors.map((error: Json) => error.params)
      assert.deepEqual(
        missing.sort((left: Json, right: Json) => left.available - right.available),
        [
          { variant: none, wanted: 1, available: 0 },
          { variant: few, wanted: 3, available: 2 },
        ],
      )
      assert.deepEqual(await shelfOf(plenty, shop), { onHand: 9, reserved: 0, available: 9 })
      assert.equal((await done(buyer, 'GET', `/api/carts/${cart}`)).status, 'open')
      assert.deepEqual((await done(buyer, 'GET', '/api/orders')).data, [])
    })

    test('what was retired after it went into the cart cannot be ordered, nor can an empty cart', async () => {
      const tea = await newGoods(shop, { pieces: 9 })
      const buyer = await newBuyer(shop)
      const cart = await newCart(buyer, { [tea]: 2 })
      await done(shop.staff, 'PATCH', `/api/products/${tea}`, { status: 'retired' })
      for (const each of [cart, await newCart(buyer, {})]) {
        const answer = await checkout(buyer, each)
        assert.deepEqual([answer.status, answer.body.code], [409, 'cart_not_ready'])
      }
    })

    test('a back-order is taken when nothing is left, and counted below zero', async () => {
      const lamp = await newGoods(shop, { pieces: 1, allowsBackorder: true })
      await newOrder(await newBuyer(shop), { [lamp]: 3 })
      assert.deepEqual(await shelfOf(lamp, shop), { onHand: 1, reserved: 3, available: -2 })
    })

    test('two hundred checkouts at once for ten pieces: ten orders, nothing left, 190 times 409', async () => {
      const tea = await newGoods(shop, { pieces: 10 })
      const buyers = await Promise.all(Array.from({ length: 200 }, () => newBuyer(shop)))
      const carts = await Promise.all(buyers.map((buyer) => newCart(buyer, { [tea]: 1 })))
      const answers = await Promise.all(buyers.map((buyer, index) => checkout(buyer, carts[index]!)))
      assert.deepEqual(statusesOf(answers), { 200: 10, 409: 190 })
      assert.ok(answers.every(({ status, body }) => status === 200 || body.code === 'store_items_missing'))
      assert.deepEqual(await shelfOf(tea, shop), { onHand: 10, reserved: 10, available: 0 })
      const sold = await done(shop.staff, 'GET', `/api/order-items/aggregate?filter[variant][eq]=${tea}&sum=quantity`)
      assert.equal(sold.data[0].sum.quantity, 10)
    })

    test('a cart that is ordered twenty times at once makes one order', async () => {
      const tea = await newGoods(shop, { pieces: 50 })
      const buyer = await newBuyer(shop)
      const cart = await newCart(buyer, { [tea]: 1 })
      const answers = await Promise.all(Array.from({ length: 20 }, () => checkout(buyer, cart)))
      assert.deepEqual(statusesOf(answers), { 200: 1, 409: 19 })
      assert.equal((await shelfOf(tea, shop)).reserved, 1)
    })

    test('carts with the same goods in another order never block each other', async () => {
      const [tea, mug] = [await newGoods(shop, { pieces: 40 }), await newGoods(shop, { pieces: 40 })]
      const buyers = await Promise.all(Array.from({ length: 40 }, () => newBuyer(shop)))
      const answers = await Promise.all(
        buyers.map(async (buyer, index) => {
          const cart = await newCart(buyer, index % 2 === 0 ? { [tea]: 1, [mug]: 1 } : { [mug]: 1, [tea]: 1 })
          return checkout(buyer, cart)
        }),
      )
      assert.deepEqual(statusesOf(answers), { 200: 40 })
      assert.deepEqual([(await shelfOf(tea, shop)).available, (await shelfOf(mug, shop)).available], [0, 0])
    })

    test('after all of this the laws hold', () => assertLawsHold(shop))
  })
}

const euros = (amount: number) => ({ amount, currency: 'EUR' })
const kindAndBy = ({ kind, by }: Json) => [kind, by]
