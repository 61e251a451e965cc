import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { databases } from '../../../tests/databases.ts'
import { newBuyer, newGoods, newOrder, newReceivedOrder, type OpenShop, openShop } from '../testing/open-shop.ts'
import { done, type Someone, send } from '../testing/over-http.ts'

const review = { signature: 'Ada L.', rating: 5, title: 'Good', text: 'Tastes of rope, in a good way.' }

for (const { name, url } of databases) {
  describe(`reviews on ${name}`, () => {
    let shop: OpenShop
    before(async () => {
      shop = await openShop({ database: await url() })
    })
    after(() => shop.app.close())

    const newReview = async (buyer: Someone) => {
      const tea = await newGoods(shop, { price: 0, pieces: 5 })
      await newReceivedOrder(buyer, { [tea]: 1 }, shop)
      return `/api/reviews/${(await done(buyer, 'POST', `/api/products/${tea}/reviews`, review)).id}`
    }

    test('who was sent it can review it, once', async () => {
      const tea = await newGoods(shop, { price: 0, pieces: 5 })
      const buyer = await newBuyer(shop)
      await newReceivedOrder(buyer, { [tea]: 1 }, shop)
      assert.equal((await send(buyer, 'POST', `/api/products/${tea}/reviews`, review)).status, 201)
      assert.equal((await send(buyer, 'POST', `/api/products/${tea}/reviews`, review)).status, 409)
    })

    test('who did not buy it, or was sent nothing yet, cannot review it', async () => {
      const tea = await newGoods(shop, { price: 0, pieces: 5 })
      const buyer = await newBuyer(shop)
      assert.equal((await send(buyer, 'POST', `/api/products/${tea}/reviews`, review)).status, 403)
      await newOrder(buyer, { [tea]: 1 })
      assert.equal((await send(buyer, 'POST', `/api/products/${tea}/reviews`, review)).status, 403)
    })

    test('nobody else sees a review before staff have published it', async () => {
      const [buyer, stranger] = [await newBuyer(shop), await newBuyer(shop)]
      const path = await newReview(buyer)
      assert.equal((await send(stranger, 'GET', path)).status, 404)
      assert.equal((await send(buyer, 'PATCH', path, { status: 'published' })).status, 403)
      await done(shop.staff, 'PATCH', path, { status: 'published' })
      const seen = await send(stranger, 'GET', path)
      assert.deepEqual([seen.status, seen.body.rating, seen.body.customer], [200, 5, undefined])
    })

    test('a published review that is rewritten waits for staff again, a hidden one stays hidden', async () => {
      const [buyer, stranger] = [await newBuyer(shop), await newBuyer(shop)]
      const path = await newReview(buyer)
      await done(shop.staff, 'PATCH', path, { status: 'published' })
      assert.equal((await done(buyer, 'PATCH', path, { text: review.text })).status, 'published', 'nothing has changed')
      assert.equal((await done(buyer, 'PATCH', path, { text: 'Rude words.' })).status, 'pending')
      assert.equal((await send(stranger, 'GET', path)).status, 404)
      await done(shop.staff, 'PATCH', path, { status: 'hidden' })
      assert.equal((await done(buyer, 'PATCH', path, { text: 'More of them.' })).status, 'hidden')
    })

    test('staff may hide a review but not rewrite it, and then only its author sees it', async () => {
      const [buyer, stranger] = [await newBuyer(shop), await newBuyer(shop)]
      const path = await newReview(buyer)
      await done(shop.staff, 'PATCH', path, { status: 'published' })
      assert.equal((await send(shop.staff, 'PATCH', path, { rating: 1 })).status, 403)
      assert.equal((await send(buyer, 'PATCH', path, { status: 'hidden' })).status, 403)
      await done(shop.staff, 'PATCH', path, { status: 'hidden' })
      assert.equal((await send(stranger, 'GET', path)).status, 404)
      assert.equal((await send(buyer, 'GET', path)).status, 200)
    })
  })
}
