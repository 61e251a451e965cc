import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { defineApp, integer, reference, role } from 'galley'
import { createTestApp, type TestApp } from 'galley/testing'
import { databases } from '../../../tests/databases.ts'
import shop from '../app.ts'
import { action, type StoreDb } from '../collections.ts'
import { asShop } from '../effects.ts'
import { anOrder } from '../testing/orders.ts'
import { type Answer, done, type Someone, send } from '../testing/over-http.ts'
import { administrator, newCustomer } from '../testing/people-and-goods.ts'
import { giftCardShares, redeemGiftCard, returnToGiftCard } from './spend-gift-card.ts'

/** What checkout and refunds do with gift cards, and nothing else. */
const input = { giftCard: reference('gift-cards'), amount: integer({ min: 1 }) }
const redeem = action('orders', 'redeem', {
  input,
  allow: role('staff'),
  run: ({ record, input, ...effects }) => redeemGiftCard({ ...input, order: record.id }, asShop(effects)),
})
const giveBack = action('orders', 'give-back', {
  input,
  allow: role('staff'),
  run: ({ record, input, ...effects }) => returnToGiftCard({ ...input, order: record.id }, asShop(effects)),
})
const app = defineApp({ ...shop, actions: [...shop.actions, redeem, giveBack] })

for (const { name, url } of databases) {
  describe(`gift cards on ${name}`, () => {
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

    test('a card in many carts at once pays no more than is on it', async () => {
      const giftCard = await card(5_000)
      const orders = await Promise.all(Array.from({ length: 30 }, () => anOrder(store, customer)))
      const answers = await Promise.all(orders.map((order) => ask(order, 'redeem', giftCard, 1_200)))
      assert.equal(answers.filter(({ status }) => status === 204).length, 4)
      for (const { body } of answers) if (body !== undefined) assert.equal(body.code, 'cart_gift_card_overdrawn')
      await assertBalance(giftCard, 200)
    })

    test('what an order took goes back in parts, and never more than it took', async () => {
      const [giftCard, order] = [await card(5_000), await anOrder(store, customer)]
      await ask(order, 'redeem', giftCard, 3_000)
      const answers = await Promise.all(Array.from({ length: 10 }, () => ask(order, 'give-back', giftCard, 700)))
      assert.equal(answers.filter(({ status }) => status === 204).length, 4)
      await assertBalance(giftCard, 2_000 + 2_800)
      assert.deepEqual(await giftCardShares(order, store), [{ giftCard, amount: 200 }])
      assert.equal((await ask(order, 'give-back', giftCard, 201)).status, 500)
      assert.equal((await ask(order, 'give-back', giftCard, 200)).status, 204)
      await assertBalance(giftCard, 5_000)
    })

    test('one order gets nothing back that another has paid', async () => {
      const giftCard = await card(1_000)
      const [paid, other] = [await anOrder(store, customer), await anOrder(store, customer)]
      await ask(paid, 'redeem', giftCard, 1_000)
      assert.equal((await ask(other, 'give-back', giftCard, 1)).status, 500)
      await assertBalance(giftCard, 0)
    })

    test('a blocked card pays nothing, and movements stay as they were written', async () => {
      const [giftCard, order] = [await card(1_000), await anOrder(store, customer)]
      await done(staff, 'PATCH', `/api/gift-cards/${giftCard}`, { status: 'blocked' })
      assert.equal((await ask(order, 'redeem', giftCard, 1)).status, 409)
      const movement = (await store['gift-card-movements'].first({ where: { giftCard } }))!
      for (const change of [{ amount: 9 }, { order }])
        await assert.rejects(store['gift-card-movements'].update(movement.id, change))
      await assert.rejects(store['gift-card-movements'].delete(movement.id), { code: 'store_only_added' })
    })

    async function card(amount: number): Promise<string> {
      return (await done(staff, 'POST', '/api/gift-cards/issue', { currency: 'EUR', amount })).giftCard
    }

    const ask = (order: string, what: string, giftCard: string, amount: number): Promise<Answer> =>
      send(staff, 'POST', `/api/orders/${order}/${what}`, { giftCard, amount })

    /** The law: the balance is the sum of the movements. */
    async function assertBalance(giftCard: string, balance: number): Promise<void> {
      assert.equal((await store['gift-cards'].get(giftCard)).balance, balance)
      const { data } = await store['gift-card-movements'].find({ where: { giftCard }, limit: 1_000 })
      assert.equal(
        data.reduce((sum, { amount }) => sum + amount, 0),
        balance,
      )
    }
  })
}
