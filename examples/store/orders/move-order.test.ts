import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { databases } from '../../../tests/databases.ts'
import { newBuyer, newGoods, newOrder, type OpenShop, openShop } from '../testing/open-shop.ts'
import { type Someone, send } from '../testing/over-http.ts'
import { type OrderStatus, statusesBefore } from './order-status.ts'
import { orderStatuses } from './orders.ts'

const moves = [
  ['cancel', 'cancelled'],
  ['ship', 'shipped'],
  ['deliver', 'delivered'],
] as const

for (const { name, url } of databases) {
  describe(`moving orders on ${name}`, () => {
    let shop: OpenShop
    before(async () => {
      shop = await openShop({ database: await url() })
    })
    after(() => shop.app.close())

    test('from every status, by every action, over HTTP: what the table lists happens, all else is 409 and changes nothing', async () => {
      for (const from of orderStatuses)
        for (const [action, to] of moves) {
          await assertMove('customer', from, action, to)
          await assertMove('staff', from, action, to)
        }
    })

    test('nobody notes that an order is paid but the payment', async () => {
      const buyer = await newBuyer(shop)
      const { id } = await newOrder(buyer, { [await newGoods(shop, { pieces: 1 })]: 1 })
      for (const actor of [buyer, shop.staff]) {
        assert.equal((await send(actor, 'POST', `/api/orders/${id}/pay`, {})).status, 404)
        assert.equal((await send(actor, 'PATCH', `/api/orders/${id}`, { status: 'paid' })).status, 403)
      }
    })

    async function assertMove(who: 'customer' | 'staff', from: OrderStatus, action: string, to: OrderStatus) {
      const buyer = await newBuyer(shop)
      const { id } = await newOrder(buyer, { [await newGoods(shop, { pieces: 1 })]: 1 })
      await shop.app.system.orders!.update(id, { status: from })
      const actor: Someone = who === 'staff' ? shop.staff : buyer
      const answer = await send(actor, 'POST', `/api/orders/${id}/${action}`, {})
      const isPossible = statusesBefore(to, who).includes(from)
      const expected = isPossible ? 200 : who === 'customer' && action === 'ship' ? 403 : 409
      const move = `${from} > ${to} by ${who}`
      assert.equal(answer.status, expected, `${move}: ${JSON.stringify(answer.body)}`)
      if (expected === 409) assert.equal(answer.body.code, 'store_order_status', move)
      assert.equal((await shop.app.system.orders!.get(id)).status, isPossible ? to : from, move)
    }
  })
}
