import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { databases } from '../../../tests/databases.ts'
import { newGuest } from '../testing/guests.ts'
import { newBuyer, newGoods, newOrder, shippingAddress } from '../testing/open-shop.ts'
import { done, send } from '../testing/over-http.ts'
import { openPayingShop, type PayingShop, pay, settle } from '../testing/payments.ts'

for (const { name, url } of databases) {
  describe(`orders looked at again on ${name}`, () => {
    let shop: PayingShop
    before(async () => {
      shop = await openPayingShop({ database: await url() })
    })
    after(() => shop.app.close())

    test('a guest finds the order by the link in the mail; nobody finds one without it', async () => {
      const tea = await newGoods(shop, { price: 500, pieces: 5 })
      const guest = await newGuest(shop.app)
      await done(guest, 'POST', `/api/carts/${guest.cart}/items`, { variant: tea, quantity: 2 })
      const wish = { shippingAddress, email: 'guest@example.com' }
      const order = await done(guest, 'POST', `/api/carts/${guest.cart}/checkout`, wish)
      const [mail] = (await shop.app.mails()).filter(({ to }) => to.address === 'guest@example.com')
      const token = /#token=([\w-]{43})/.exec(mail!.text)![1]!
      const seen = await done(shop.app, 'POST', '/api/orders/look-up', { token })
      assert.deepEqual(
        [seen.number, seen.status, seen.total.amount, seen.items[0].quantity, seen.events[0].kind],
        [order.number, 'placed', 1_000, 2, 'placed'],
      )
      const other = await send(shop.app, 'POST', '/api/orders/look-up', { token: `${token.slice(1)}A` })
      assert.deepEqual([other.status, other.body.code], [404, 'store_order_unknown'])
      assert.equal((await send(shop.app, 'GET', `/api/orders/${order.id}`)).status, 401)
      assert.equal((await done(guest, 'GET', `/api/orders/${order.id}`)).number, order.number)
      assert.ok(!JSON.stringify(await done(shop.staff, 'GET', `/api/orders/${order.id}`)).includes(token))
    })

    test('a guest pays with the secret of the cart, and nobody else can', async () => {
      const guest = await newGuest(shop.app)
      const item = { variant: await newGoods(shop, { price: 500, pieces: 5 }), quantity: 1 }
      await done(guest, 'POST', `/api/carts/${guest.cart}/items`, item)
      const wish = { shippingAddress, email: 'payer@example.com' }
      const { id, payment } = await done(guest, 'POST', `/api/carts/${guest.cart}/checkout`, wish)
      assert.equal((await pay(await newGuest(shop.app), payment)).status, 404)
      assert.equal((await pay(guest, payment)).status, 200)
      await settle(shop)
      assert.equal((await done(guest, 'GET', `/api/orders/${id}`)).status, 'paid')
      assert.equal((await guest.fetch(`/api/orders/${id}/invoice`)).status, 200)
    })

    test('without an address for mails a guest cannot order', async () => {
      const tea = await newGoods(shop, { pieces: 5 })
      const guest = await newGuest(shop.app)
      await done(guest, 'POST', `/api/carts/${guest.cart}/items`, { variant: tea, quantity: 1 })
      const answer = await send(guest, 'POST', `/api/carts/${guest.cart}/checkout`, { shippingAddress })
      assert.deepEqual([answer.status, answer.body.code], [400, 'store_email_missing'])
    })

    test('an order is made again with what is still sold, at the prices of today, and tells what is not', async () => {
      const [tea, mug] = [await newGoods(shop, { price: 500, pieces: 5 }), await newGoods(shop, { pieces: 5 })]
      const buyer = await newBuyer(shop)
      const { id } = await newOrder(buyer, { [tea]: 2, [mug]: 1 })
      await done(shop.staff, 'PATCH', `/api/products/${mug}`, { status: 'retired' })
      await done(shop.staff, 'PATCH', `/api/variants/${tea}`, { price: { amount: 700 } })
      const again = await done(buyer, 'POST', `/api/orders/${id}/reorder`, {})
      assert.deepEqual(
        again.missing.map(({ quantity }: { quantity: number }) => quantity),
        [1],
      )
      const quote = await done(buyer, 'POST', `/api/carts/${again.cart}/quote`, {})
      assert.deepEqual([quote.total.amount, quote.problems], [1_400, []])
      const stranger = await newBuyer(shop)
      assert.equal((await send(stranger, 'POST', `/api/orders/${id}/reorder`, {})).status, 404)
    })
  })
}
