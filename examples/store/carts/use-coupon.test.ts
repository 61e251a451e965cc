import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { defineApp, email, reference, role, text } from 'galley'
import { createTestApp, type TestApp } from 'galley/testing'
import { databases } from '../../../tests/databases.ts'
import shop from '../app.ts'
import { action, type StoreDb } from '../collections.ts'
import { asShop } from '../effects.ts'
import { anOrder } from '../testing/orders.ts'
import { type Answer, created, type Someone, send } from '../testing/over-http.ts'
import { administrator, newCustomer } from '../testing/people-and-goods.ts'
import { releaseCoupon, takeCoupon } from './use-coupon.ts'

/** What checkout does with coupons, and nothing else. */
const take = action('orders', 'take-coupon', {
  input: { code: text(), customer: reference('customers', { optional: true }), email: email({ optional: true }) },
  allow: role('staff'),
  run: ({ record, input: { code, ...buyer }, ...effects }) => takeCoupon(code, record.id, buyer, asShop(effects)),
})
/** Of no record, so that nothing is locked but by itself. */
const release = action('orders', 'release-coupon', {
  on: 'collection',
  input: { order: reference('orders') },
  allow: role('staff'),
  run: ({ input, ...effects }) => releaseCoupon(input.order, asShop(effects)),
})
const app = defineApp({ ...shop, actions: [...shop.actions, take, release] })

for (const { name, url } of databases) {
  describe(`coupons on ${name}`, () => {
    let running: TestApp
    let staff: Someone
    let store: StoreDb
    let customer: string
    before(async () => {
      running = await createTestApp(app, { database: await url() })
      staff = administrator(running)
      store = running.system as StoreDb
      customer = (await newCustomer(running, staff)).id
    })
    after(() => running.close())

    test('of 200 buyers at once, 50 get a coupon that is limited to 50', async () => {
      const id = await coupon({ code: 'FIFTY', limitTotal: 50 })
      const answers = await atOnce(200, (index) => taken('FIFTY', { email: `buyer${index}@example.com` }))
      assert.deepEqual(tally(answers), { 204: 50, 409: 150 })
      await assertCounts(id, 50)
    })

    test('a customer with two carts at once uses a coupon as often as a customer may, and so does the next one', async () => {
      const id = await coupon({ code: 'ONCE', limitPerCustomer: 1 })
      const other = (await newCustomer(running, staff)).id
      const answers = await atOnce(20, (index) => taken('ONCE', { customer: index % 2 === 0 ? customer : other }))
      assert.deepEqual(tally(answers), { 204: 2, 409: 18 })
      await assertCounts(id, 2)
    })

    test('a guest is known by the address, and so is a customer who buys as a guest', async () => {
      await coupon({ code: 'TWICE', limitPerCustomer: 2 })
      const buyer = { customer, email: 'ada@example.com' }
      assert.equal((await taken('TWICE', { email: 'ada@example.com' })).status, 204)
      assert.equal((await taken('TWICE', buyer)).status, 204)
      for (const again of [buyer, { email: 'ada@example.com' }])
        assert.equal((await taken('TWICE', again)).body.code, 'cart_coupon_refused')
      assert.equal((await taken('TWICE', { email: 'other@example.com' })).status, 204)
    })

    test('an order that is given up ten times at once gives its coupon back once, to whoever comes next', async () => {
      const id = await coupon({ code: 'BACK', limitTotal: 2, limitPerCustomer: 1 })
      assert.equal((await taken('BACK', { email: 'other@example.com' })).status, 204)
      const order = await anOrder(store, customer)
      assert.equal(
        (await send(staff, 'POST', `/api/orders/${order}/take-coupon`, { code: 'BACK', customer })).status,
        204,
      )
      assert.equal((await taken('BACK', { customer })).status, 409)
      await atOnce(10, () => send(staff, 'POST', '/api/orders/release-coupon', { order }))
      await assertCounts(id, 1)
      assert.equal((await taken('BACK', { customer })).status, 204)
      await assertCounts(id, 2)
    })

    test('an order uses one coupon, once', async () => {
      const id = await coupon({ code: 'ORDER', limitTotal: 9 })
      const order = await anOrder(store, customer)
      const answers = await atOnce(5, () => send(staff, 'POST', `/api/orders/${order}/take-coupon`, { code: 'ORDER' }))
      assert.deepEqual(tally(answers), { 204: 1, 409: 4 })
      await assertCounts(id, 1)
    })

    test('a coupon that is retired meanwhile is not taken', async () => {
      const id = await coupon({ code: 'RETIRED' })
      await store.coupons.update(id, { status: 'retired' })
      assert.equal((await taken('RETIRED', { customer })).status, 409)
      await assertCounts(id, 0)
    })

    test('a limit is not below what was used: the books would be wrong', async () => {
      const id = await coupon({ code: 'LOWER', limitTotal: 5 })
      for (let count = 0; count < 2; count += 1) assert.equal((await taken('LOWER', { customer })).status, 204)
      const lower = (limitTotal: number | null) => send(staff, 'PATCH', `/api/coupons/${id}`, { limitTotal })
      const refused = await lower(1)
      assert.deepEqual([refused.status, refused.body.code], [409, 'cart_coupon_limit'])
      for (const limit of [2, null]) assert.equal((await lower(limit)).status, 200)
    })

    const coupon = (body: object) => created(staff, '/api/coupons', { kind: 'freeShipping', ...body })

    async function taken(code: string, buyer: object): Promise<Answer> {
      const order = await anOrder(store, customer)
      return send(staff, 'POST', `/api/orders/${order}/take-coupon`, { code, ...buyer })
    }

    /** The law: what is counted is what is written down. */
    async function assertCounts(id: string, count: number): Promise<void> {
      assert.equal((await store.coupons.get(id)).usedCount, count)
      assert.equal(await store['coupon-uses'].count({ coupon: id, released: false }), count)
    }
  })
}

function atOnce<T>(count: number, work: (index: number) => Promise<T>): Promise<readonly T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => work(index)))
}

function tally(answers: readonly Answer[]): Readonly<Record<number, number>> {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
