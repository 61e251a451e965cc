import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { databases } from '../../../tests/databases.ts'
import { newGuest } from '../testing/guests.ts'
import { assertLawsHold } from '../testing/laws.ts'
import {
  newBuyer,
  newCart,
  newGoods,
  newOrder,
  newReceivedOrder,
  type OpenShop,
  openShop,
  shippingAddress,
} from '../testing/open-shop.ts'
import { created, done, type Json, send } from '../testing/over-http.ts'

for (const { name, url } of databases) {
  describe(`customers on ${name}`, () => {
    let shop: OpenShop
    before(async () => {
      shop = await openShop({ database: await url() })
    })
    after(() => shop.app.close())

    test('a wishlist is seen by nobody else, not even by staff, and has each product once', async () => {
      const [buyer, stranger] = [await newBuyer(shop), await newBuyer(shop)]
      const product = await newGoods(shop, { pieces: 1 })
      const path = `/api/wishlist-items/${await created(buyer, '/api/wishlist-items', { product, note: 'For Eva' })}`
      assert.equal((await send(buyer, 'POST', '/api/wishlist-items', { product })).status, 409)
      for (const other of [stranger, shop.staff]) assert.equal((await send(other, 'GET', path)).status, 404)
      const forOther = { product, customer: buyer.id }
      assert.equal((await send(stranger, 'POST', '/api/wishlist-items', forOther)).status, 403)
      assert.equal((await send(buyer, 'DELETE', path)).status, 204)
    })

    test('a customer gets all that the shop knows about them, and nothing about others', async () => {
      const [buyer, stranger] = [await newBuyer(shop), await newBuyer(shop)]
      const tea = await newGoods(shop, { price: 0, pieces: 5 })
      await newReceivedOrder(stranger, { [tea]: 1 }, shop)
      const order = await newReceivedOrder(buyer, { [tea]: 2 }, shop)
      await created(buyer, '/api/addresses', { postal: shippingAddress })
      await created(buyer, '/api/wishlist-items', { product: tea })
      await newCart(buyer, { [tea]: 1 })
      const { data } = await done(signedInNow(buyer.id), 'POST', `/api/customers/${buyer.id}/export`, {})
      const counts = Object.entries(data).map(([part, found]) => [part, Array.isArray(found) ? found.length : 1])
      assert.deepEqual(Object.fromEntries(counts), {
        customer: 1,
        addresses: 1,
        wishlist: 1,
        carts: 2,
        cartItems: 2,
        orders: 1,
        orderItems: 1,
        events: 3,
        shipments: 1,
        returns: 0,
        refunds: 0,
        invoices: 1,
        couponUses: 0,
        reviews: 0,
      })
      assert.equal(data.orders[0].id, order.id)
      assert.ok(!JSON.stringify(data).includes(stranger.id))
      assert.ok(!JSON.stringify(data).includes('lookupTokenHash'), 'nothing that only the server reads')
    })

    test('an export is for who has just signed in, and for managers', async () => {
      const [buyer, stranger] = [await newBuyer(shop), await newBuyer(shop)]
      const path = `/api/customers/${buyer.id}/export`
      const late = await send(buyer, 'POST', path, {})
      assert.deepEqual([late.status, late.body.code], [403, 'operation_reauthentication_required'])
      assert.equal((await send(stranger, 'POST', path, {})).status, 404)
      assert.equal((await send(shop.staff, 'POST', path, {})).status, 200)
    })

    test('a customer who leaves is forgotten, and the books stay', async () => {
      const buyer = await newBuyer(shop)
      const tea = await newGoods(shop, { price: 0, pieces: 5 })
      const { id: order, number } = await newReceivedOrder(buyer, { [tea]: 2 }, shop)
      const { email } = await done(buyer, 'GET', `/api/customers/${buyer.id}`)
      await created(buyer, '/api/addresses', { postal: shippingAddress })
      await created(buyer, '/api/wishlist-items', { product: tea })
      const guest = await newGuest(shop.app)
      await done(guest, 'PATCH', `/api/carts/${guest.cart}`, { email })
      const cart = await newCart(buyer, {})
      await done(buyer, 'POST', `/api/carts/${cart}/merge`, { secret: guest.secret })
      const review = { signature: 'Ada L.', rating: 5, title: 'Good', text: 'Good.' }
      await created(buyer, `/api/products/${tea}/reviews`, review)
      await done(shop.staff, 'DELETE', `/api/customers/${buyer.id}`)

      const kept = await done(shop.staff, 'GET', `/api/orders/${order}?expand=items`)
      assert.deepEqual(
        [kept.number, kept.customer, kept.shippingAddress.name, kept.shippingAddress.country, kept.items[0].quantity],
        [number, null, '–', 'SE', 2],
      )
      const everything = JSON.stringify(await everythingOf(shop))
      for (const trace of [email, buyer.id, review.signature])
        assert.ok(!everything.includes(trace), `${trace} is still there`)
      await assertLawsHold(shop)
    })

    test('a customer who waits for a parcel cannot leave yet', async () => {
      const buyer = await newBuyer(shop)
      const order = await newOrder(buyer, { [await newGoods(shop, { pieces: 5 })]: 1 })
      const leaving = () => send(shop.staff, 'DELETE', `/api/customers/${buyer.id}`)
      const refused = await leaving()
      assert.deepEqual([refused.status, refused.body.code], [409, 'store_orders_open'])
      await done(buyer, 'POST', `/api/orders/${order.id}/cancel`, {})
      assert.equal((await leaving()).status, 204)
    })

    const signedInNow = (id: string) =>
      shop.app.as({ id, roles: [], authenticatedAt: new Date().toISOString() } as object)
  })
}

/** All records that speak of customers. */
async function everythingOf({ app }: OpenShop): Promise<readonly Json[]> {
  const found = []
  for (const collection of ['customers', 'addresses', 'wishlist-items', 'carts', 'orders', 'coupon-uses', 'reviews'])
    found.push(...(await app.open.db[collection]!.find({ limit: 10_000 })).data)
  return found
}
