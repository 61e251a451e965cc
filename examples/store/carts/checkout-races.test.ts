import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { databases } from '../../../tests/databases.ts'
import type { StoreDb } from '../collections.ts'
import { type Guest, newGuest } from '../testing/guests.ts'
import { assertLawsHold } from '../testing/laws.ts'
import {
  checkout,
  newBuyer,
  newCart,
  newGoods,
  type OpenShop,
  openShop,
  shippingAddress,
  statusesOf,
} from '../testing/open-shop.ts'
import { created, done, type Json, type Someone, send } from '../testing/over-http.ts'

for (const { name, url } of databases) {
  describe(`carts that are ordered at once on ${name}`, () => {
    let shop: OpenShop
    let store: StoreDb
    let tea: string
    before(async () => {
      shop = await openShop({ database: await url() })
      store = shop.app.system as StoreDb
      tea = await newGoods(shop, { price: 1_000, pieces: 1_000 })
    })
    after(() => shop.app.close())

    test('of 200 guests with a coupon that is limited to 50, 50 pay less, and nobody pays more than was promised', async () => {
      const id = await coupon({ code: 'FIFTY', kind: 'percentage', rate: 500_000, limitTotal: 50 })
      const guests = await inTurns(200, (index) => guestWith('FIFTY', `buyer${index}@example.com`))
      const answers = await Promise.all(guests.map((guest) => checkout(guest, guest.cart)))
      assert.deepEqual(statusesOf(answers), { 200: 50, 409: 150 })
      const orders = answers.filter(({ status }) => status === 200).map(({ body }) => body)
      assert.deepEqual(new Set(orders.map(({ total }: Json) => total.amount)), new Set([500]))
      assert.equal((await store.coupons.get(id)).usedCount, 50)
      const refused = guests[answers.findIndex(({ status }) => status === 409)]!
      const quote = await done(refused, 'POST', `/api/carts/${refused.cart}/quote`)
      assert.deepEqual(
        quote.problems.map(({ code }: Json) => code),
        ['coupon_used_up'],
      )
      await done(refused, 'POST', `/api/carts/${refused.cart}/remove-coupon`)
      assert.equal((await checkout(refused, refused.cart)).body.total.amount, 1_000)
      await assertLawsHold(shop)
    })

    test('a customer with two carts at once uses a coupon once', async () => {
      await coupon({ code: 'ONCE', kind: 'percentage', rate: 500_000, limitPerCustomer: 1 })
      const buyer = await newBuyer(shop)
      const carts = await inTurns(4, async () => {
        const cart = await newCart(buyer, { [tea]: 1 })
        await done(buyer, 'POST', `/api/carts/${cart}/apply-coupon`, { code: 'ONCE' })
        return cart
      })
      const answers = await Promise.all(carts.map((cart) => checkout(buyer, cart)))
      assert.deepEqual(statusesOf(answers), { 200: 1, 409: 3 })
      const guest = await guestWith('ONCE', 'somebody@example.com')
      const { email } = await store.customers.get(buyer.id)
      const inDisguise = { shippingAddress, email: email.toUpperCase() }
      assert.equal((await send(guest, 'POST', `/api/carts/${guest.cart}/checkout`, inDisguise)).status, 409)
      assert.equal((await checkout(guest, guest.cart)).status, 200)
      await assertLawsHold(shop)
    })

    test('a gift card in many carts at once pays what is on it', async () => {
      const card = await done(shop.staff, 'POST', '/api/gift-cards/issue', { currency: 'EUR', amount: 2_500 })
      const buyer = await newBuyer(shop)
      const carts = await inTurns(6, () => cartWithGiftCard(buyer, card.code))
      const answers = await Promise.all(carts.map((cart) => checkout(buyer, cart)))
      const paid = answers.map(({ body }) => body.giftCardAmount?.amount ?? 0).reduce((sum, amount) => sum + amount, 0)
      assert.equal(paid + (await store['gift-cards'].get(card.giftCard)).balance, 2_500)
      for (const { status, body } of answers)
        assert.ok(status === 200 || codesOf(body).every(isAboutTheCard), body.code)
      await assertLawsHold(shop)
    })

    test('an order that is given up leaves coupon and gift card as they were', async () => {
      const id = await coupon({ code: 'BACK', kind: 'percentage', rate: 100_000, limitTotal: 1 })
      const card = await done(shop.staff, 'POST', '/api/gift-cards/issue', { currency: 'EUR', amount: 500 })
      const buyer = await newBuyer(shop)
      const cart = await cartWithGiftCard(buyer, card.code)
      await done(buyer, 'POST', `/api/carts/${cart}/apply-coupon`, { code: 'BACK' })
      const order = (await checkout(buyer, cart)).body
      assert.deepEqual([order.total.amount, order.giftCardAmount.amount, order.due.amount], [900, 500, 400])
      const cancelled = await Promise.all(
        [1, 2, 3].map(() => send(buyer, 'POST', `/api/orders/${order.id}/cancel`, {})),
      )
      assert.equal(cancelled.filter(({ status }) => status === 200).length, 1)
      assert.equal((await store['gift-cards'].get(card.giftCard)).balance, 500)
      assert.equal((await store.coupons.get(id)).usedCount, 0)
      await assertLawsHold(shop)
    })

    test('what is put into a cart while it is ordered is in the order, or refused', async () => {
      const buyer = await newBuyer(shop)
      const cart = await newCart(buyer, { [tea]: 1 })
      const adding = Array.from({ length: 8 }, () => send(buyer, 'POST', `/api/carts/${cart}/add`, { variant: tea }))
      const ordering = Array.from({ length: 3 }, () => checkout(buyer, cart))
      const added = (await Promise.all(adding)).filter(({ status }) => status === 200).length
      const placed = (await Promise.all(ordering)).filter(({ status }) => status === 200)
      assert.equal(placed.length, 1)
      assert.equal(placed[0]!.body.total.amount, 1_000 * (1 + added))
    })

    test('items that are created or changed while the cart is ordered are in the order, or refused', async () => {
      const goods = await inTurns(8, () => newGoods(shop, { price: 100, pieces: 50 }))
      for (let round = 0; round < 5; round += 1) {
        const buyer = await newBuyer(shop)
        const cart = await newCart(buyer, { [tea]: 1 })
        const [item] = (await done(buyer, 'GET', `/api/carts/${cart}/items`)).data
        const [first, ...others] = goods.map((variant) => send(buyer, 'POST', `/api/carts/${cart}/items`, { variant }))
        const ordering = checkout(buyer, cart)
        const changing = send(buyer, 'PATCH', `/api/cart-items/${item.id}`, { quantity: 3 })
        const added = (await Promise.all([first!, ...others])).filter(({ status }) => status === 201).length
        const changed = (await changing).status === 200 ? 3 : 1
        assert.equal((await ordering).body.total.amount, 1_000 * changed + 100 * added)
      }
    })

    const coupon = (body: object) => created(shop.staff, '/api/coupons', body)

    async function guestWith(code: string, email: string): Promise<Guest> {
      const guest = await newGuest(shop.app, { country: 'SE' })
      await done(guest, 'PATCH', `/api/carts/${guest.cart}`, { email })
      await done(guest, 'POST', `/api/carts/${guest.cart}/add`, { variant: tea })
      await done(guest, 'POST', `/api/carts/${guest.cart}/apply-coupon`, { code })
      return guest
    }

    async function cartWithGiftCard(buyer: Someone, code: string): Promise<string> {
      const cart = await newCart(buyer, { [tea]: 1 })
      await done(buyer, 'POST', `/api/carts/${cart}/apply-gift-card`, { code })
      return cart
    }
  })
}

/** Ten at a time: what is prepared is no race. */
async function inTurns<T>(count: number, work: (index: number) => Promise<T>): Promise<readonly T[]> {
  const results: T[] = []
  while (results.length < count) {
    const turn = Array.from({ length: Math.min(10, count - results.length) }, (_, index) =>
      work(results.length + index),
    )
    results.push(...(await Promise.all(turn)))
  }
  return results
}

function codesOf(body: Json): readonly string[] {
  return [body.code, ...(body.errors ?? []).map(({ code }: Json) => code)]
}

function isAboutTheCard(code: string): boolean {
  return ['cart_gift_card_overdrawn', 'cart_not_ready', 'gift_card_empty'].includes(code)
}
