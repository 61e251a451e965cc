import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { runAudit } from 'galley'
import { newId } from 'galley/plugin'
import { createTestApp, type TestApp } from 'galley/testing'
import { databases } from '../../../tests/databases.ts'
import shop from '../app.ts'
import type { StoreDb } from '../collections.ts'
import { newGoods, openShipping } from '../testing/open-shop.ts'
import { created, done, type Someone } from '../testing/over-http.ts'
import { newPaidOrder } from '../testing/paid-orders.ts'
import { administrator, newCustomer, newProduct } from '../testing/people-and-goods.ts'
import { productsHaveVariants } from './catalogue-laws.ts'
import { storeAudit } from './store-audit.ts'

for (const { name, url } of databases) {
  describe(`the audit of the store on ${name}`, () => {
    let app: TestApp
    let db: StoreDb
    let staff: Someone
    before(async () => {
      app = await createTestApp(shop, { database: await url() })
      db = app.system as StoreDb
      staff = administrator(app)
      await created(staff, '/api/locations', { name: 'Warehouse', priority: 1 })
    })
    after(() => app.close())

    const broken = async () => {
      const found: string[] = []
      for await (const { record, law, message } of runAudit(storeAudit, { db: app.open.db, pauseMs: 1 })) {
        assert.ok(record)
        found.push(`${law.split(',')[0]}: ${message}`)
      }
      return found.sort()
    }
    const newLevel = async (pieces: number) => {
      const variant = await newProduct(staff, { price: 500 })
      const { data } = await db['stock-levels'].find({ where: { variant } })
      const level = data[0]!
      await done(staff, 'POST', '/api/stock-levels/receive', { variant, location: level.location, quantity: pieces })
      return level.id
    }

    test('finds nothing in a shop that works', async () => {
      await newLevel(7)
      assert.deepEqual(await broken(), [])
    })

    test('finds pieces that came from nowhere', async () => {
      const level = await newLevel(7)
      await db['stock-levels'].update(level, { onHand: 8, available: 8 })
      assert.deepEqual(await broken(), [
        'What is on hand is the sum of the movements: on hand are 8, the movements add up to 7',
      ])
      await db['stock-levels'].update(level, { onHand: 7, available: 7 })
    })

    // The hooks of the catalogue leave no way to store such products.
    test('finds products that cost something else than their variants, or have none', async () => {
      const product = await db.products.get(await newProduct(staff, { price: 500 }))
      const [dear, bare] = [
        { ...product, price: { amount: 600, currency: 'EUR' } },
        { ...product, id: newId() },
      ]
      const found = await productsHaveVariants.check({ records: [product, dear, bare], db, now: '' })
      assert.deepEqual(
        found.map(({ record, message }) => [record, message]),
        [
          [product.id, 'costs 600, the cheapest variant 500'],
          [bare.id, 'has no variant'],
        ],
      )
    })

    test('finds categories that are elsewhere', async () => {
      const product = await newProduct(staff, { price: 500 })
      const category = (await db.products.get(product)).category
      const { slug } = await db.categories.get(category)
      await db.categories.update(category, { path: '/elsewhere/' })
      assert.deepEqual(await broken(), [
        `The path of a category is that of the one above: is at /elsewhere/, not at /${slug}/`,
      ])
      await db.categories.update(category, { path: `/${slug}/` })
    })

    test('finds pieces that are reserved for nobody', async () => {
      const level = await newLevel(7)
      await db['stock-levels'].update(level, { reserved: 2, available: 5 })
      assert.deepEqual(await broken(), [
        'What is reserved is the sum of the open reservations: 2 are reserved, the open reservations add up to 0',
      ])
      await db['stock-levels'].update(level, { reserved: 0, available: 7 })
    })

    test('finds what is said to be available and is not, and promises that nobody allowed', async () => {
      const level = await newLevel(7)
      await db['stock-levels'].update(level, { available: 9 })
      assert.deepEqual(await broken(), ['What is available is on hand and not reserved: 9 are available of 7 less 0'])
      await db['stock-levels'].update(level, { reserved: 9, available: -2 })
      assert.deepEqual(
        (await broken()).at(0),
        'What is available is on hand and not reserved: 2 more are promised than there are',
      )
      const { variant } = await db['stock-levels'].get(level)
      await db.variants.update(variant, { allowsBackorder: true })
      assert.equal((await broken()).length, 1, 'what was promised is still promised to nobody')
      await db['stock-levels'].update(level, { reserved: 0, available: 7 })
    })

    test('finds goods that are kept for nobody, and gift cards that have paid less than orders say', async () => {
      const openShop = { app, staff, warehouse: (await db.locations.first({}))!.id }
      await openShipping(staff, 'SE')
      const buyer = await newCustomer(app, staff)
      const [mug, kettle] = [await newGoods(openShop, { pieces: 5 }), await newGoods(openShop, { pieces: 5 })]
      const { id: order } = await newPaidOrder(openShop, buyer, { [mug]: 1, [kettle]: 2 })
      assert.deepEqual(await broken(), [])
      await db.orders.update(order, { status: 'shipped' })
      assert.deepEqual(await broken(), [
        'Goods are kept for what waits to be sent: 3 pieces are kept of an order that is shipped, 0 wait',
      ])
      await db.orders.update(order, { status: 'paid' })
      const [reservation] = (await db.reservations.find({ where: { order } })).data
      await db.reservations.update(reservation!.id, { status: 'shipped' })
      assert.ok((await broken()).some((one) => one.endsWith('of an order that is paid, 3 wait')))
      await db.reservations.update(reservation!.id, { status: 'kept' })
      const { giftCardAmount } = await db.orders.get(order)
      const cheap = { ...giftCardAmount, amount: giftCardAmount.amount + 50 }
      await db.orders.update(order, { giftCardAmount: cheap })
      assert.ok((await broken()).some((one) => one.startsWith('Gift cards have paid what orders say: ')))
      await db.orders.update(order, { giftCardAmount })
      assert.deepEqual(await broken(), [])
    })

    test('finds coupons that count wrongly, and gift cards with money from nowhere', async () => {
      const coupon = await created(staff, '/api/coupons', { code: 'TEN', kind: 'percentage', rate: 100_000 })
      await db.coupons.update(coupon, { usedCount: 3 })
      const { id: card } = await db['gift-cards'].create({ codeHash: 'x', hint: '…1', currency: 'EUR', balance: 500 })
      assert.deepEqual(await broken(), [
        'A coupon was used as often as orders say that did not give it back: TEN counts 3 uses, 0 are written down',
        'The balance of a gift card is the sum of its movements: the balance is 500 EUR, the movements add up to 0',
      ])
      await db.coupons.update(coupon, { usedCount: 0 })
      await db['gift-cards'].update(card, { balance: 0 })
      assert.deepEqual(await broken(), [])
    })
  })
}
