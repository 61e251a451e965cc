import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createTestApp, type TestApp } from 'galley/testing'
import { databases } from '../../../tests/databases.ts'
import shop from '../app.ts'
import type { StoreDb } from '../collections.ts'
import { created, done, type Someone, send } from '../testing/over-http.ts'
import { administrator, newCustomer, newProduct } from '../testing/people-and-goods.ts'
import { groupOf, type PriceTerms, pricesFor } from './price-for.ts'

const now = '2026-03-01T12:00:00.000Z'

for (const { name, url } of databases) {
  describe(`prices on ${name}`, () => {
    let app: TestApp
    let staff: Someone
    before(async () => {
      app = await createTestApp(shop, { database: await url(), clock: { nowMs: () => Date.parse(now) } })
      staff = administrator(app)
    })
    after(() => app.close())

    test('what has no price in a currency cannot be bought in it', async () => {
      const [tea, mug] = [await newProduct(staff, { price: 1_000 }), await newProduct(staff, { price: 2_000 })]
      const yen = await newList({ currency: 'JPY' })
      await newPrice(yen, tea, 1_600)
      assert.equal(await priceOf(tea, { currency: 'JPY' }), 1_600)
      assert.equal(await priceOf(mug, { currency: 'JPY' }), undefined)
      assert.equal(await priceOf(mug, {}), 2_000)
    })

    test('a group has prices of its own, from a quantity on, and lists are for staff to see', async () => {
      const tea = await newProduct(staff, { price: 1_000 })
      const group = await created(staff, '/api/customer-groups', { name: 'Restaurants' })
      const list = await newList({ currency: 'EUR', customerGroup: group })
      const price = await newPrice(list, tea, 700, 10)
      const [customer, stranger] = [await newCustomer(app, staff), await newCustomer(app, staff)]
      await done(staff, 'PATCH', `/api/customers/${customer.id}`, { group })
      const store = app.system as unknown as StoreDb
      assert.equal(await groupOf(customer.id, store), group)
      assert.equal(await groupOf(stranger.id, store), null)
      assert.deepEqual(
        [await priceOf(tea, { group }, 10), await priceOf(tea, { group }, 9), await priceOf(tea, { group: null }, 10)],
        [700, 1_000, 1_000],
      )
      for (const path of [`/api/prices/${price}`, `/api/price-lists/${list}`, `/api/customer-groups/${group}`])
        assert.equal((await send(customer, 'GET', path)).status, 403, path)
      assert.equal((await done(customer, 'GET', `/api/customers/${customer.id}`)).group, undefined)
    })

    test('nobody puts themselves into a group, or sets a price', async () => {
      const tea = await newProduct(staff, { price: 1_000 })
      const group = await created(staff, '/api/customer-groups', { name: 'Friends' })
      const list = await newList({ currency: 'EUR' })
      const customer = await newCustomer(app, staff)
      const refused = [
        await send(customer, 'PATCH', `/api/customers/${customer.id}`, { group }),
        await send(customer, 'POST', '/api/prices', { variant: tea, priceList: list, amount: 1 }),
        await send(customer, 'POST', '/api/price-lists', { name: 'Mine', currency: 'EUR' }),
      ]
      assert.deepEqual(
        refused.map(({ status }) => status),
        [400, 403, 403], // for a customer there is no such field
      )
    })

    test('a list holds from its first moment until its last', async () => {
      const tea = await newProduct(staff, { price: 1_000 })
      const sale = await newList({
        currency: 'EUR',
        validFrom: '2026-03-01T12:00:00Z',
        validUntil: '2026-03-02T00:00:00Z',
      })
      await newPrice(sale, tea, 800)
      const at = (moment: string) => priceOf(tea, { now: moment })
      assert.deepEqual(
        [
          await at('2026-03-01T11:59:59.999Z'),
          await at('2026-03-01T12:00:00.000Z'),
          await at('2026-03-01T23:59:59.999Z'),
          await at('2026-03-02T00:00:00.000Z'),
        ],
        [1_000, 800, 800, 1_000],
      )
    })

    test('a list ends after it begins', async () => {
      const times = { validFrom: '2026-03-02T00:00:00Z', validUntil: '2026-03-01T00:00:00Z' }
      const made = await send(staff, 'POST', '/api/price-lists', { name: 'Never', currency: 'EUR', ...times })
      assert.deepEqual([made.status, made.body.code], [400, 'catalogue_price_list_ends'])
      const list = await newList({ currency: 'EUR', validUntil: times.validUntil })
      const { validFrom } = times
      assert.equal((await send(staff, 'PATCH', `/api/price-lists/${list}`, { validFrom })).status, 400)
    })

    test('a variant has one price in a list for a quantity, and at most fifty in all', async () => {
      const tea = await newProduct(staff, { price: 1_000 })
      const list = await newList({ currency: 'EUR' })
      await newPrice(list, tea, 900)
      const again = await send(staff, 'POST', '/api/prices', { variant: tea, priceList: list, amount: 800 })
      assert.equal(again.status, 409)
      for (let quantity = 2; quantity <= 50; quantity += 1) await newPrice(list, tea, 900, quantity)
      const more = { variant: tea, priceList: list, amount: 800, minQuantity: 51 }
      assert.equal((await send(staff, 'POST', '/api/prices', more)).body.code, 'catalogue_too_many_prices')
    })

    const newList = (values: object) => created(staff, '/api/price-lists', { name: 'List', ...values })
    const newPrice = (priceList: string, variant: string, amount: number, minQuantity = 1) =>
      created(staff, '/api/prices', { variant, priceList, amount, minQuantity })

    async function priceOf(id: string, terms: Partial<PriceTerms>, quantity = 1): Promise<number | undefined> {
      const store = app.system as unknown as StoreDb
      const variant = await store.variants.get(id)
      const found = await pricesFor([{ variant, quantity }], { currency: 'EUR', group: null, now, ...terms }, store)
      return found.get(id)?.amount
    }
  })
}
