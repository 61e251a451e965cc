import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { databases } from '../../../tests/databases.ts'
import { newBuyer, newGoods, newOrder, type OpenShop, openShop } from '../testing/open-shop.ts'
import { done, send } from '../testing/over-http.ts'

const review = { signature: 'Ada L.', rating: 5, title: 'Good', text: 'Tastes of rope, in a good way.' }

for (const { name, url } of databases) {
  describe(`reviews on ${name}`, () => {
    let shop: OpenShop
    before(async () => {
      shop = await openShop({ database: await url() })
    })
    after(() => shop.app.close())

    test('who has bought it can review it, once', async () => {
      const tea = await newGoods(shop, { pieces: 5 })
      const buyer = await newBuyer(shop)
      await newOrder(buyer, { [tea]: 1 })
      assert.equal((await send(buyer, 'POST', `/api/products/${tea}/reviews`, review)).status, 201)
      assert.equal((await send(buyer, 'POST', `/api/products/${tea}/reviews`, review)).status, 409)
    })

    test('who did not buy it, or gave it back, cannot review it', async () => {
      const tea = await newGoods(shop, { pieces: 5 })
      const buyer = await newBuyer(shop)
      assert.equal((await send(buyer, 'POST', `/api/products/${tea}/reviews`, review)).status, 403)
      const order = await newOrder(buyer, { [tea]: 1 })
      await done(buyer, 'POST', `/api/orders/${order.id}/cancel`, {})
      assert.equal((await send(buyer, 'POST', `/api/products/${tea}/reviews`, review)).status, 403)
    })

    test('staff may hide a review but not rewrite it, and then only its author sees it', async () => {
      const tea = await newGoods(shop, { pieces: 5 })
      const [buyer, stranger] = [await newBuyer(shop), await newBuyer(shop)]
      await newOrder(buyer, { [tea]: 1 })
      const path = `/api/reviews/${(await done(buyer, 'POST', `/api/products/${tea}/reviews`, review)).id}`
      assert.equal((await send(stranger, 'GET', path)).body.customer, undefined)
      assert.equal((await send(shop.staff, 'PATCH', path, { rating: 1 })).status, 403)
      assert.equal((await send(buyer, 'PATCH', path, { status: 'hidden' })).status, 403)
      assert.equal((await send(shop.staff, 'PATCH', path, { status: 'hidden' })).status, 200)
      assert.equal((await send(stranger, 'GET', path)).status, 404)
      assert.equal((await send(buyer, 'GET', path)).status, 200)
    })
  })
}
