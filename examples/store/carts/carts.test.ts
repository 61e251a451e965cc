import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createTestApp, type TestApp } from 'galley/testing'
import { databases } from '../../../tests/databases.ts'
import shop from '../app.ts'
import type { StoreDb } from '../collections.ts'
import { newGuest } from '../testing/guests.ts'
import { created, done, type Json, type Someone, send } from '../testing/over-http.ts'
import { administrator, newCustomer, newProduct } from '../testing/people-and-goods.ts'

for (const { name, url } of databases) {
  describe(`carts on ${name}`, () => {
    let app: TestApp
    let staff: Someone
    let store: StoreDb
    let tea: string
    let mug: string
    let nowMs = Date.parse('2026-05-01T12:00:00.000Z')
    before(async () => {
      app = await createTestApp(shop, { database: await url(), clock: { nowMs: () => nowMs } })
      staff = administrator(app)
      store = app.system as StoreDb
      tea = await newProduct(staff, { name: 'Morning Steam', price: 1_290 })
      mug = await newProduct(staff, { name: 'Enamel Mug', price: 1_350 })
    })
    after(() => app.close())

    test('a guest gets a cart and a secret, and is nobody without it', async () => {
      const guest = await newGuest(app)
      await done(guest, 'POST', `/api/carts/${guest.cart}/add`, { variant: tea, quantity: 2 })
      const seen = await send(guest, 'GET', `/api/carts/${guest.cart}?expand=items`)
      assert.deepEqual(
        seen.body.items.map((item: Json) => [item.variant, item.quantity]),
        [[tea, 2]],
      )
      assert.equal(seen.body.customer, null)
      const stored = JSON.stringify(await store.guests.find())
      assert.ok(!stored.includes(guest.secret), 'the secret is stored as its hash')
      for (const nobody of [app, await newGuest(app), await newCustomer(app, staff)])
        for (const path of [`/api/carts/${guest.cart}`, `/api/cart-items/${seen.body.items[0].id}`])
          assert.ok([401, 404].includes((await send(nobody, 'GET', path)).status))
    })

    test('a cart id without its secret is worth nothing: no reading, no changing, no quote, no merging', async () => {
      const [guest, thief] = [await newGuest(app), await newGuest(app)]
      const customer = await newCustomer(app, staff)
      const item = await done(guest, 'POST', `/api/carts/${guest.cart}/add`, { variant: tea })
      for (const other of [thief, customer]) {
        const tries = [
          send(other, 'GET', `/api/carts/${guest.cart}`),
          send(other, 'PATCH', `/api/carts/${guest.cart}`, { country: 'DE' }),
          send(other, 'DELETE', `/api/carts/${guest.cart}`),
          send(other, 'POST', `/api/carts/${guest.cart}/add`, { variant: mug }),
          send(other, 'POST', `/api/carts/${guest.cart}/quote`),
          send(other, 'POST', `/api/carts/${guest.cart}/apply-coupon`, { code: 'X' }),
          send(other, 'POST', `/api/carts/${guest.cart}/merge`, { secret: guest.secret }),
          send(other, 'PATCH', `/api/cart-items/${item.id}`, { quantity: 9 }),
          send(other, 'DELETE', `/api/cart-items/${item.id}`),
        ]
        assert.deepEqual(
          (await Promise.all(tries)).map(({ status }) => status),
          tries.map(() => 404),
        )
        assert.ok(
          [403, 404].includes((await send(other, 'POST', `/api/carts/${guest.cart}/items`, { variant: mug })).status),
        )
      }
      assert.equal((await send(guest, 'GET', `/api/carts/${guest.cart}`)).body.changes, undefined)
    })

    test('a secret that is wrong, cut or expired lets nobody in', async () => {
      const guest = await newGuest(app)
      const wrong = ['', 'x', guest.secret.slice(1), `${guest.secret}A`, 'A'.repeat(43), "' or 1=1 --"]
      for (const secret of wrong) {
        const answer = await app.fetch(`/api/carts/${guest.cart}`, { headers: { authorization: `Cart ${secret}` } })
        assert.equal(answer.status, 401, secret)
      }
      nowMs += 30 * 86_400_000
      assert.equal((await send(guest, 'GET', `/api/carts/${guest.cart}`)).status, 200)
      await lastUse(guest.id, nowMs)
      nowMs += 30 * 86_400_000 + 1
      const late = await send(guest, 'GET', `/api/carts/${guest.cart}`)
      assert.deepEqual([late.status, late.body.code], [401, 'cart_secret_unknown'])
    })

    test('a client says what and how many, and nothing else', async () => {
      const [guest, other] = [await newGuest(app), await newGuest(app)]
      const cart = `/api/carts/${guest.cart}`
      const refused = [
        await send(guest, 'PATCH', cart, { status: 'ordered' }),
        await send(guest, 'PATCH', cart, { customer: guest.id }),
        await send(guest, 'PATCH', cart, { guest: other.id }),
        await send(guest, 'PATCH', cart, { coupon: guest.id }),
        await send(guest, 'PATCH', cart, { giftCards: [] }),
        await send(guest, 'PATCH', cart, { changes: 1 }),
        await send(guest, 'POST', `${cart}/add`, { variant: tea, quantity: 0 }),
        await send(guest, 'POST', `${cart}/add`, { variant: tea, quantity: 100 }),
        await send(guest, 'POST', `${cart}/add`, { variant: tea, unitPrice: 1 }),
        await send(guest, 'POST', `${cart}/quote`, { total: 1 }),
        await send(guest, 'GET', '/api/guests'),
        await send(guest, 'GET', '/api/coupons'),
        await send(guest, 'GET', '/api/gift-cards'),
      ]
      assert.deepEqual(
        refused.map(({ status }) => status),
        [403, 403, 403, 403, 403, 400, 400, 400, 400, 400, 403, 403, 403],
      )
      assert.equal(
        (await send(guest, 'PATCH', cart, { country: 'DE', currency: 'SEK', email: 'a@b.example' })).status,
        200,
      )
    })

    test('adding again adds, up to 99, also when many add at once', async () => {
      const guest = await newGuest(app)
      const add = () => send(guest, 'POST', `/api/carts/${guest.cart}/add`, { variant: tea, quantity: 10 })
      const answers = await Promise.all(Array.from({ length: 15 }, add))
      assert.equal(answers.filter(({ status }) => status === 200).length, 9)
      const refused = answers.filter(({ status }) => status === 409)
      assert.deepEqual(new Set(refused.map(({ body }) => body.code)), new Set(['cart_quantity_limit']))
      const items = await send(guest, 'GET', `/api/carts/${guest.cart}/items`)
      assert.deepEqual(
        items.body.data.map((item: Json) => item.quantity),
        [90],
      )
    })

    test('a cart holds 200 different things, and not one more', async () => {
      const guest = await newGuest(app)
      const product = await store.products.get(tea)
      const { id: many } = await store.products.create({ ...pick(product), name: 'Many', slug: 'many' })
      const variants = await Promise.all(
        Array.from({ length: 200 }, (_, index) =>
          store.products
            .create({ ...pick(product), name: `Thing ${index}`, slug: `thing-${index}` })
            .then(({ id }) => id),
        ),
      )
      for (const variant of variants) await store['cart-items'].create({ cart: guest.cart, variant, quantity: 1 })
      const answer = await send(guest, 'POST', `/api/carts/${guest.cart}/add`, { variant: many })
      assert.deepEqual([answer.status, answer.body.code], [409, 'cart_full'])
      assert.equal((await send(guest, 'POST', `/api/carts/${guest.cart}/add`, { variant: variants[0] })).status, 200)
      const quote = await done(guest, 'POST', `/api/carts/${guest.cart}/quote`)
      assert.equal(quote.lines.length, 200)
    })

    test('nothing goes into a cart that was ordered or merged', async () => {
      const guest = await newGuest(app)
      const item = await done(guest, 'POST', `/api/carts/${guest.cart}/add`, { variant: tea })
      await store.carts.update(guest.cart, { status: 'ordered' })
      const answers = [
        await send(guest, 'POST', `/api/carts/${guest.cart}/add`, { variant: mug }),
        await send(guest, 'POST', `/api/carts/${guest.cart}/quote`),
        await send(guest, 'POST', `/api/carts/${guest.cart}/items`, { variant: mug }),
        await send(guest, 'PATCH', `/api/cart-items/${item.id}`, { quantity: 2 }),
        await send(guest, 'DELETE', `/api/cart-items/${item.id}`),
      ]
      for (const { status } of answers) assert.ok([403, 409].includes(status), String(status))
      assert.equal((await store['cart-items'].get(item.id)).quantity, 1)
    })

    test('at sign-in the cart of the guest goes into that of the customer: quantities add up to the limit', async () => {
      const guest = await newGuest(app)
      await done(guest, 'POST', `/api/carts/${guest.cart}/add`, { variant: tea, quantity: 60 })
      await done(guest, 'POST', `/api/carts/${guest.cart}/add`, { variant: mug, quantity: 2 })
      const customer = await newCustomer(app, staff)
      const cart = await created(customer, '/api/carts', {})
      await done(customer, 'POST', `/api/carts/${cart}/add`, { variant: tea, quantity: 50 })
      const merge = () => send(customer, 'POST', `/api/carts/${cart}/merge`, { secret: guest.secret })
      const answers = await Promise.all(Array.from({ length: 8 }, merge))
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
      assert.deepEqual(await quantitiesIn(cart), { [tea]: 99, [mug]: 2 })
      const left = await send(guest, 'GET', `/api/carts/${guest.cart}`)
      assert.deepEqual([left.body.status, left.body.mergedInto], ['merged', cart])
    })

    test('two customers who got hold of one secret at once: one gets what was in the cart, and nothing is there twice', async () => {
      const guest = await newGuest(app)
      await done(guest, 'POST', `/api/carts/${guest.cart}/add`, { variant: tea, quantity: 3 })
      const rivals = await Promise.all(
        Array.from({ length: 6 }, async () => {
          const customer = await newCustomer(app, staff)
          return { customer, cart: await created(customer, '/api/carts', {}) }
        }),
      )
      await Promise.all(
        rivals.map(({ customer, cart }) =>
          done(customer, 'POST', `/api/carts/${cart}/merge`, { secret: guest.secret }),
        ),
      )
      const pieces = await Promise.all(rivals.map(async ({ cart }) => (await quantitiesIn(cart))[tea] ?? 0))
      assert.deepEqual(pieces.toSorted(), [0, 0, 0, 0, 0, 3])
    })

    test('what is added while the cart is merged is in the merged cart, or refused', async () => {
      const guest = await newGuest(app)
      const customer = await newCustomer(app, staff)
      const cart = await created(customer, '/api/carts', {})
      const adding = Array.from({ length: 10 }, () =>
        send(guest, 'POST', `/api/carts/${guest.cart}/add`, { variant: tea }),
      )
      const merging = send(customer, 'POST', `/api/carts/${cart}/merge`, { secret: guest.secret })
      const added = (await Promise.all(adding)).filter(({ status }) => status === 200).length
      assert.equal((await merging).status, 200)
      assert.equal((await quantitiesIn(cart))[tea] ?? 0, added)
    })

    test('a wrong secret merges nothing', async () => {
      const customer = await newCustomer(app, staff)
      const cart = await created(customer, '/api/carts', {})
      for (const secret of ['', 'A'.repeat(43)]) {
        const answer = await send(customer, 'POST', `/api/carts/${cart}/merge`, { secret })
        assert.equal(answer.body.code, 'cart_secret_unknown')
      }
    })

    test('carts that guests have left are given up after a month, and forgotten after three, unless something was ordered', async () => {
      const [idle, busy, buyer] = [await newGuest(app), await newGuest(app), await newGuest(app)]
      await done(idle, 'POST', `/api/carts/${idle.cart}/add`, { variant: tea })
      await store.carts.update(buyer.cart, { status: 'ordered' })
      await app.open.deliverNow() // schedules begin
      nowMs += 31 * 86_400_000
      await lastUse(busy.id, nowMs)
      await app.open.deliverNow()
      const statusOf = async (cart: string) => (await store.carts.findOne(cart))?.status
      assert.deepEqual(
        [await statusOf(idle.cart), await statusOf(busy.cart), await statusOf(buyer.cart)],
        ['abandoned', 'open', 'ordered'],
      )
      nowMs += 60 * 86_400_000
      await app.open.deliverNow()
      assert.deepEqual([await statusOf(idle.cart), await statusOf(buyer.cart)], [undefined, 'ordered'])
      assert.equal(await store.guests.findOne(idle.id), undefined)
      assert.equal(await store['cart-items'].count({ cart: idle.cart }), 0)
    })

    async function quantitiesIn(cart: string): Promise<Record<string, number>> {
      const { data } = await store['cart-items'].find({ where: { cart }, limit: 1_000 })
      return Object.fromEntries(data.map(({ variant, quantity }) => [variant, quantity]))
    }

    const lastUse = (guest: string, atMs: number) =>
      store.guests.update(guest, { lastUsedAt: new Date(atMs).toISOString() })
  })
}

function pick({ description, price, category }: Json) {
  return { description, price, category, status: 'active' as const }
}
