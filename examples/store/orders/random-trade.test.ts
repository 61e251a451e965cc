import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { databases } from '../../../tests/databases.ts'
import { type Random, randomFrom } from '../seed/random.ts'
import { assertLawsHold } from '../testing/laws.ts'
import { checkout, newBuyer, newCart, newGoods } from '../testing/open-shop.ts'
import { type Answer, created, done, type Json, type Someone, send } from '../testing/over-http.ts'
import { addGiftCard } from '../testing/paid-orders.ts'
import { cards, openPayingShop, type PayingShop, pay, releaseExpired, settle } from '../testing/payments.ts'

const rounds = 30
const atOnce = 12

for (const { name, url } of databases) {
  describe(`trade at random on ${name}`, () => {
    let shop: PayingShop
    let corner: string
    let goods: readonly string[]
    let buyers: readonly Someone[]
    const orders: { readonly id: string; readonly payment: string | null; readonly buyer: Someone }[] = []
    before(async () => {
      shop = await openPayingShop({ database: await url() })
      corner = await created(shop.staff, '/api/locations', { name: 'Corner', priority: 2 })
      goods = await Promise.all(
        [3, 10, 40, 0].map((pieces) => newGoods(shop, { price: 333, pieces, allowsBackorder: pieces === 0 })),
      )
      buyers = await Promise.all(Array.from({ length: 6 }, () => newBuyer(shop)))
      const coupon = { code: 'FEW', kind: 'percentage', rate: 150_000, limitTotal: 5 }
      await done(shop.staff, 'POST', '/api/coupons', coupon)
    })
    after(() => shop.app.close())

    test('whatever customers, staff, cards and time do at once, nothing fails and the laws hold', async (t) => {
      const random = randomFrom(20_26)
      const happened: Record<string, number> = {}
      for (let round = 0; round < rounds; round += 1) {
        const wishes = Array.from({ length: atOnce }, () => anything(random))
        for (const { what, answer } of await Promise.all(wishes)) {
          assert.ok(answer.status < 500, `${what}: ${JSON.stringify(answer.body)}`)
          const key = `${what} ${answer.status}`
          happened[key] = (happened[key] ?? 0) + 1
        }
        if (round % 4 === 3) await settle(shop)
        if (round % 5 === 4) await assertLawsHold(shop)
      }
      await settle(shop)
      await assertLawsHold(shop)
      t.diagnostic(JSON.stringify(happened))
    })

    interface Happening {
      readonly what: string
      readonly answer: Answer
    }

    async function anything(random: Random): Promise<Happening> {
      const [what, act] = acts[random.below(acts.length)]!
      return { what, answer: await act(random) }
    }

    const nothing: Answer = { status: 204, body: {} }
    const one = <T>(list: readonly T[], random: Random): T => list[random.below(list.length)]!
    const staffDoes = (path: string, body: object) => send(shop.staff, 'POST', path, body)

    const act = (what: string, run: (random: Random) => Promise<Answer>) => [what, run] as const
    const often = <T>(count: number, ofIt: T): readonly T[] => Array.from({ length: count }, () => ofIt)
    const acts: readonly (readonly [string, (random: Random) => Promise<Answer>])[] = [
      ...often(4, act('buy', buy)),
      ...often(
        4,
        act('pay', (random) => onOrder(random, (order) => payByCard(order, random))),
      ),
      ...often(
        4,
        act('ship', (random) => onOrder(random, ({ id }) => shipOne(id, random))),
      ),
      ...often(
        2,
        act('ship', (random) => onOrder(random, ({ id }) => staffDoes(`/api/orders/${id}/ship`, {}))),
      ),
      act('give up', (random) => onOrder(random, ({ id }) => giveUp(id))),
      act('cancel', (random) =>
        onOrder(random, ({ id, buyer }) => send(buyer, 'POST', `/api/orders/${id}/cancel`, {})),
      ),
      ...often(
        2,
        act('refund', (random) => onOrder(random, ({ id }) => refund(id, random))),
      ),
      ...often(
        2,
        act('return', (random) => onOrder(random, ({ id, buyer }) => sendBack(id, buyer, random))),
      ),
      ...often(
        2,
        act('receive', (random) => shelf('receive', { quantity: 1 + random.below(5) }, random)),
      ),
      act('adjust', (random) => shelf('adjust', { quantity: -1, note: 'Counted' }, random)),
      act('transfer', transfer),
      ...often(3, act('deliver', deliver)),
      act('expire', expire),
    ]

    async function buy(random: Random): Promise<Answer> {
      const buyer = one(buyers, random)
      const kinds = random.shuffled(goods).slice(0, 1 + random.below(3))
      const quantities = kinds.map(() => 1 + random.below(3))
      const [withCoupon, withCard] = [random.below(3) === 0, random.below(3)]
      const cart = await newCart(
        buyer,
        Object.fromEntries(kinds.map((variant, index) => [variant, quantities[index]!])),
      )
      if (withCoupon) await send(buyer, 'POST', `/api/carts/${cart}/apply-coupon`, { code: 'FEW' })
      if (withCard > 0) await addGiftCard(shop, buyer, cart, withCard === 1 ? 200 : 100_000)
      const answer = await checkout(buyer, cart)
      if (answer.status === 200) orders.push({ id: answer.body.id, payment: answer.body.payment, buyer })
      return answer
    }

    type Known = (typeof orders)[number]

    async function onOrder(random: Random, act: (order: Known) => Promise<Answer>): Promise<Answer> {
      return orders.length === 0 ? nothing : act(one(orders.slice(-12), random)) // the newest: the others have come to their end
    }

    async function payByCard({ buyer, payment }: Known, random: Random): Promise<Answer> {
      const card = one([cards.good, cards.good, cards.declined, cards.answerLost, cards.refundFails], random)
      return payment === null ? nothing : pay(buyer, payment, card)
    }

    async function itemOf(id: string, random: Random): Promise<Json> {
      const { data } = await done(shop.staff, 'GET', `/api/orders/${id}/items`)
      return one(data, random)
    }

    async function shipOne(id: string, random: Random): Promise<Answer> {
      const { id: orderItem } = await itemOf(id, random)
      return staffDoes(`/api/orders/${id}/ship`, { items: [{ orderItem, quantity: 1 }] })
    }

    function giveUp(id: string): Promise<Answer> {
      return staffDoes(`/api/orders/${id}/cancel-rest`, { reason: 'Moths' })
    }

    async function refund(id: string, random: Random): Promise<Answer> {
      const [byPiece, amount] = [random.below(2) === 0, 1 + random.below(400)]
      const { id: orderItem } = await itemOf(id, random)
      const what = byPiece ? { items: [{ orderItem, quantity: 1 }] } : { amount }
      return staffDoes(`/api/orders/${id}/refund`, { ...what, reason: 'Why not' })
    }

    async function sendBack(id: string, buyer: Someone, random: Random): Promise<Answer> {
      const isReceived = random.below(4) > 0
      const { id: orderItem } = await itemOf(id, random)
      const items = [{ orderItem, quantity: 1 }]
      const asked = await send(buyer, 'POST', `/api/orders/${id}/request-return`, { items, reason: 'No' })
      if (asked.status !== 200) return asked
      const path = `/api/returns/${asked.body.id}`
      return isReceived ? staffDoes(`${path}/receive`, {}) : staffDoes(`${path}/reject`, { answer: 'Never' })
    }

    function shelf(action: string, change: object, random: Random): Promise<Answer> {
      const location = one([shop.warehouse, corner], random)
      return staffDoes(`/api/stock-levels/${action}`, { variant: one(goods, random), location, ...change })
    }

    function transfer(random: Random): Promise<Answer> {
      const [from, to] = random.shuffled([shop.warehouse, corner])
      return staffDoes('/api/stock-levels/transfer', { variant: one(goods, random), from, to, quantity: 1 })
    }

    async function deliver(): Promise<Answer> {
      await shop.app.open.deliverNow()
      return nothing
    }

    async function expire(): Promise<Answer> {
      shop.pass(5 * 60_000)
      await releaseExpired(shop)
      return nothing
    }
  })
}
