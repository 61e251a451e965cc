import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createTestApp, type TestApp } from 'galley/testing'
import { databases } from '../../../tests/databases.ts'
import shop from '../app.ts'
import { type Guest, newGuest } from '../testing/guests.ts'
import { created, done, type Json, type Someone, send } from '../testing/over-http.ts'
import { administrator, newProduct } from '../testing/people-and-goods.ts'
import { openTrade, type Trade } from '../testing/shipping-and-taxes.ts'

for (const { name, url } of databases) {
  describe(`quotes of carts on ${name}`, () => {
    let app: TestApp
    let staff: Someone
    let trade: Trade
    let tea: string
    let mug: string
    before(async () => {
      const clock = { nowMs: () => Date.parse('2026-05-01T12:00:00.000Z') }
      app = await createTestApp(shop, { database: await url(), clock })
      staff = administrator(app)
      trade = await openTrade(staff)
      tea = await newProduct(staff, { name: 'Morning Steam', price: 1_290 })
      await done(staff, 'PATCH', `/api/products/${tea}`, { taxCategory: 'reduced' })
      mug = await newProduct(staff, { name: 'Enamel Mug', price: 1_350 })
      await done(staff, 'PATCH', `/api/variants/${mug}`, { weightGrams: 600 })
    })
    after(() => app.close())

    test('tell what everything costs in Germany, where tax is in the prices', async () => {
      const guest = await cartOf({ [tea]: 2, [mug]: 1 }, { country: 'DE' })
      const quote = await quoteOf(guest)
      assert.deepEqual(quote.problems, [])
      assert.deepEqual(amounts(quote), {
        subtotal: 3_930,
        discount: 0,
        shipping: 490,
        tax: 463,
        total: 4_420,
        due: 4_420,
      })
      assert.deepEqual(
        quote.explanation.map((step: Json) => [step.label, step.amount, step.appliesTo, step.isIncluded]),
        [
          ['2 × Morning Steam', 2_580, tea, false],
          ['VAT 7 %', 169, tea, true],
          ['1 × Enamel Mug', 1_350, mug, false],
          ['VAT 19 %', 216, mug, true],
          ['Parcel', 490, 'shipping', false],
          ['VAT 19 %', 78, 'shipping', true],
        ],
      )
      assert.equal(quote.shippingMethod, trade.parcel)
      assert.deepEqual(
        quote.shippingChoices.map((choice: Json) => [choice.name, choice.amount]),
        [
          ['Parcel', 490],
          ['Express', 1_490],
        ],
      )
    })

    test('put the tax of Ohio on top, and none elsewhere in the country', async () => {
      const guest = await cartOf({ [mug]: 1 }, { country: 'US' })
      assert.deepEqual(amounts(await quoteOf(guest)), totals({ subtotal: 1_350, shipping: 490, tax: 0, total: 1_840 }))
      await change(guest, { region: 'OH' })
      assert.deepEqual(
        amounts(await quoteOf(guest)),
        totals({ subtotal: 1_350, shipping: 490, tax: 106, total: 1_946 }),
      )
    })

    test('know that a heavy parcel costs more, that enough goods travel for nothing, and what was chosen', async () => {
      const guest = await cartOf({ [mug]: 3 }, { country: 'DE' })
      assert.equal(await paidForShipping(guest), 490)
      await done(guest, 'POST', `/api/carts/${guest.cart}/add`, { variant: tea })
      assert.equal(await paidForShipping(guest), 0)
      await change(guest, { shippingMethod: trade.express })
      assert.equal(await paidForShipping(guest), 1_490)
      const heavy = await cartOf({ [mug]: 1 }, { country: 'DE' })
      await done(staff, 'PATCH', `/api/variants/${mug}`, { weightGrams: 2_001 })
      assert.equal(await paidForShipping(heavy), 990)
      await done(staff, 'PATCH', `/api/variants/${mug}`, { weightGrams: 600 })
    })

    test('say all that stands in the way', async () => {
      const gone = await newProduct(staff, { name: 'Gone', price: 100 })
      const guest = await cartOf({ [tea]: 1, [gone]: 1 })
      await done(staff, 'PATCH', `/api/products/${gone}`, { status: 'retired' })
      const quote = await quoteOf(guest)
      assert.deepEqual(
        quote.problems.map((problem: Json) => [problem.code, problem.params?.variant]),
        [
          ['unavailable', gone],
          ['country_missing', undefined],
        ],
      )
      assert.equal(quote.total.amount, 1_290)
      await change(guest, { country: 'NO' })
      assert.ok(codesOf(await quoteOf(guest)).includes('shipping_unavailable'))
      assert.deepEqual(codesOf(await quoteOf(await cartOf({}, { country: 'DE' }))), ['empty'])
    })

    test('have no price where there is none in the currency', async () => {
      const guest = await cartOf({ [tea]: 1, [mug]: 2 }, { country: 'DE', currency: 'JPY' })
      assert.deepEqual(codesOf(await quoteOf(guest)), ['no_price', 'no_price'])
      const priceList = await created(staff, '/api/price-lists', { name: 'Yen', currency: 'JPY' })
      await created(staff, '/api/prices', { variant: mug, priceList, amount: 2_001 })
      const quote = await quoteOf(guest)
      assert.deepEqual(codesOf(quote), ['no_price'])
      assert.deepEqual(quote.total, { amount: 6_002, currency: 'JPY' })
    })

    test('take off what a coupon promises, in whatever case its code is written', async () => {
      await coupon({ code: 'harbour10', kind: 'percentage', rate: 100_000 })
      const guest = await cartOf({ [tea]: 2, [mug]: 1 }, { country: 'DE' })
      const quote = await done(guest, 'POST', `/api/carts/${guest.cart}/apply-coupon`, { code: 'Harbour10' })
      assert.equal(quote.coupon, 'HARBOUR10')
      assert.deepEqual(amounts(quote), {
        subtotal: 3_930,
        discount: 393,
        shipping: 490,
        tax: 424,
        total: 4_027,
        due: 4_027,
      })
      const without = await done(guest, 'POST', `/api/carts/${guest.cart}/remove-coupon`)
      assert.deepEqual([without.coupon, without.total.amount], [null, 4_420])
    })

    test('ship for nothing with a coupon that says so', async () => {
      await coupon({ code: 'SHIPFREE', kind: 'freeShipping' })
      const guest = await cartOf({ [tea]: 1 }, { country: 'DE' })
      const quote = await done(guest, 'POST', `/api/carts/${guest.cart}/apply-coupon`, { code: 'SHIPFREE' })
      assert.deepEqual([quote.shipping.amount, quote.discount.amount, quote.total.amount], [490, 490, 1_290])
      assert.deepEqual(
        quote.shippingChoices.map((choice: Json) => choice.amount),
        [0, 0],
      )
    })

    test('say why a coupon is of no use, and leave the one before', async () => {
      await coupon({ code: 'EARLY', kind: 'freeShipping', validFrom: '2026-05-01T12:00:00.001Z' })
      await coupon({ code: 'LATE', kind: 'freeShipping', validUntil: '2026-05-01T12:00:00.000Z' })
      await coupon({ code: 'NEVER', kind: 'freeShipping', limitTotal: 0 })
      await coupon({ code: 'YEN', kind: 'fixed', amount: 100, currency: 'JPY' })
      await coupon({ code: 'BIG', kind: 'percentage', rate: 1, currency: 'EUR', minSubtotal: 1_000_000 })
      await coupon({ code: 'MUGS', kind: 'buyXGetY', buy: 1, get: 1, product: mug })
      await coupon({ code: 'OLD', kind: 'freeShipping', status: 'retired' })
      await coupon({ code: 'GOOD', kind: 'fixed', amount: 100, currency: 'EUR' })
      const guest = await cartOf({ [tea]: 1 }, { country: 'DE' })
      await done(guest, 'POST', `/api/carts/${guest.cart}/apply-coupon`, { code: 'GOOD' })
      const codes = []
      for (const code of ['EARLY', 'LATE', 'NEVER', 'YEN', 'BIG', 'MUGS', 'OLD', 'NONE']) {
        const answer = await send(guest, 'POST', `/api/carts/${guest.cart}/apply-coupon`, { code })
        assert.ok([404, 409].includes(answer.status))
        codes.push(answer.body.errors?.[0]?.code ?? answer.body.code)
      }
      const expected = ['early', 'expired', 'used_up', 'currency', 'minimum', 'nothing', 'retired', 'unknown']
      assert.deepEqual(
        codes,
        expected.map((code) => (code === 'unknown' ? 'cart_coupon_unknown' : `coupon_${code}`)),
      )
      assert.equal((await quoteOf(guest)).coupon, 'GOOD')
    })

    test('tell that a coupon no longer holds, instead of quietly costing more', async () => {
      const id = await coupon({ code: 'FLEETING', kind: 'percentage', rate: 500_000 })
      const guest = await cartOf({ [tea]: 1 }, { country: 'DE' })
      await done(guest, 'POST', `/api/carts/${guest.cart}/apply-coupon`, { code: 'FLEETING' })
      await done(staff, 'PATCH', `/api/coupons/${id}`, { status: 'retired' })
      const quote = await quoteOf(guest)
      assert.deepEqual([quote.coupon, codesOf(quote), quote.discount.amount], [null, ['coupon_retired'], 0])
    })

    test('a coupon is whole: what its kind needs is asked for', async () => {
      const refused = [
        { code: 'P', kind: 'percentage' },
        { code: 'F', kind: 'fixed', amount: 100 },
        { code: 'B', kind: 'buyXGetY', buy: 2 },
        { code: 'M', kind: 'freeShipping', minSubtotal: 100 },
      ]
      for (const body of refused) {
        const answer = await send(staff, 'POST', '/api/coupons', body)
        assert.deepEqual([answer.status, answer.body.code], [422, 'cart_coupon_incomplete'])
      }
      const id = await coupon({ code: 'WHOLE', kind: 'percentage', rate: 10_000 })
      assert.equal((await send(staff, 'PATCH', `/api/coupons/${id}`, { rate: null })).status, 422)
      assert.equal((await send(staff, 'PATCH', `/api/coupons/${id}`, { usedCount: 7 })).status, 403)
      assert.equal((await send(staff, 'POST', '/api/coupons', { code: 'whole', kind: 'freeShipping' })).status, 409)
    })

    test('pay with gift cards as far as they go', async () => {
      const [first, second] = [await giftCard(1_000), await giftCard(9_000)]
      assert.match(first.code, /^([2-9A-HJ-NP-Z]{4}-){6}[2-9A-HJ-NP-Z]{4}$/)
      const guest = await cartOf({ [tea]: 1 }, { country: 'DE' })
      const apply = (code: string) => send(guest, 'POST', `/api/carts/${guest.cart}/apply-gift-card`, { code })
      await apply(first.code.toLowerCase().replaceAll('-', ' '))
      const { body: quote } = await apply(second.code)
      assert.deepEqual(amounts(quote), {
        ...totals({ subtotal: 1_290, shipping: 490, tax: 162, total: 1_780 }),
        due: 0,
      })
      assert.equal(
        quote.giftCards.reduce((sum: number, card: Json) => sum + card.amount, 0),
        1_780,
      )
      assert.ok(!JSON.stringify(quote).includes(second.code))
      assert.equal((await apply(first.code)).body.giftCards.length, quote.giftCards.length, 'twice is once')
      const left = await done(guest, 'POST', `/api/carts/${guest.cart}/remove-gift-card`, { giftCard: second.giftCard })
      assert.deepEqual([left.giftCardAmount.amount, left.due.amount], [1_000, 780])
    })

    test('a gift card that is unknown, blocked or of another currency pays nothing', async () => {
      const guest = await cartOf({ [tea]: 1 }, { country: 'DE' })
      const apply = (code: string) => send(guest, 'POST', `/api/carts/${guest.cart}/apply-gift-card`, { code })
      assert.deepEqual((await apply('2222-2222')).body.code, 'cart_gift_card_unknown')
      const blocked = await giftCard(1_000)
      await done(staff, 'PATCH', `/api/gift-cards/${blocked.giftCard}`, { status: 'blocked' })
      assert.equal((await apply(blocked.code)).body.code, 'cart_gift_card_refused')
      assert.equal((await apply((await giftCard(1_000, 'JPY')).code)).body.code, 'cart_gift_card_refused')
      const used = await giftCard(1_000)
      await apply(used.code)
      await done(staff, 'PATCH', `/api/gift-cards/${used.giftCard}`, { status: 'blocked' })
      assert.deepEqual(codesOf(await quoteOf(guest)), ['gift_card_blocked'])
    })

    test('gift cards are made by staff, their code is told once and kept nowhere, and nobody writes a balance', async () => {
      const guest = await newGuest(app)
      assert.equal((await send(guest, 'POST', '/api/gift-cards/issue', { currency: 'EUR', amount: 1 })).status, 403)
      const { giftCard: id, code } = await giftCard(500)
      const { body: seen } = await send(staff, 'GET', `/api/gift-cards/${id}?expand=movements`)
      assert.equal(seen.hint, `…${code.slice(-4)}`)
      assert.deepEqual([seen.balance, seen.movements[0].kind, seen.movements[0].amount], [500, 'issued', 500])
      assert.equal((await send(staff, 'PATCH', `/api/gift-cards/${id}`, { balance: 9 })).status, 403)
      for (const table of ['gift_cards', 'gift_card_movements', 'galley_receipts', 'galley_outbox']) {
        const rows = await app.open.database.read({ text: `select * from ${table}`, parameters: [] })
        assert.ok(!JSON.stringify(rows).includes(code.slice(0, 9)), table)
      }
    })

    async function cartOf(items: Readonly<Record<string, number>>, given: object = {}): Promise<Guest> {
      const guest = await newGuest(app, given)
      for (const [variant, quantity] of Object.entries(items))
        await done(guest, 'POST', `/api/carts/${guest.cart}/add`, { variant, quantity })
      return guest
    }

    const quoteOf = (guest: Guest): Promise<Json> => done(guest, 'POST', `/api/carts/${guest.cart}/quote`)
    const paidForShipping = async (guest: Guest): Promise<number> => {
      const { total, subtotal } = await quoteOf(guest)
      return total.amount - subtotal.amount
    }
    const change = (guest: Guest, changes: object) => done(guest, 'PATCH', `/api/carts/${guest.cart}`, changes)
    const coupon = (body: object) => created(staff, '/api/coupons', body)
    const giftCard = (amount: number, currency = 'EUR'): Promise<{ giftCard: string; code: string }> =>
      done(staff, 'POST', '/api/gift-cards/issue', { currency, amount })
  })
}

function amounts({ subtotal, discount, shipping, tax, total, due }: Json) {
  const all = { subtotal, discount, shipping, tax, total, due }
  return Object.fromEntries(Object.entries(all).map(([key, money]) => [key, money.amount]))
}

function totals(given: { subtotal: number; shipping: number; tax: number; total: number }) {
  return { ...given, discount: 0, due: given.total }
}

function codesOf(quote: Json): readonly string[] {
  return quote.problems.map(({ code }: Json) => code)
}
