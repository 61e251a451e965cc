import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { anyCart } from './random-carts.ts'
import type { Taxes } from './taxes.ts'
import { computeTotals, type PricedLine, type Totals, type TotalsInput } from './totals.ts'

describe('the totals of any cart', () => {
  const holds = (promise: (totals: Totals, cart: TotalsInput) => void) =>
    fc.assert(
      fc.property(anyCart(), (cart) => promise(computeTotals(cart), cart)),
      { numRuns: 400 },
    )

  test('are whole numbers, and none is negative but what is taken off in the explanation', () => {
    holds((totals) => {
      for (const amount of amountsIn({ ...totals, explanation: [] })) {
        assert.ok(Number.isSafeInteger(amount) && amount >= 0, String(amount))
        assert.ok(!Object.is(amount, -0))
      }
    })
  })

  test('add up: lines and shipping without tax, less discounts, and tax are the total', () => {
    holds(({ lines, shipping, total, tax, subtotal, discount, pricesIncludeTax }) => {
      const charges = [...lines, shipping]
      const sum = (of: 'net' | 'netDiscount' | 'tax' | 'total' | 'discount' | 'amount') =>
        charges.reduce((all, charge) => all + charge[of], 0)
      assert.equal(sum('net') - sum('netDiscount') + sum('tax'), total)
      assert.equal(sum('total'), total)
      assert.deepEqual([sum('tax'), sum('discount'), sum('amount') - shipping.amount], [tax, discount, subtotal])
      assert.equal(subtotal + shipping.amount - discount + (pricesIncludeTax ? 0 : tax), total)
    })
  })

  test('take no more off a line than it costs, and leave no more tax than is paid', () => {
    holds(({ lines, shipping }) => {
      for (const { amount, discount, net, netDiscount, tax, total } of [...lines, shipping]) {
        assert.ok(discount <= amount && netDiscount <= net && tax <= total)
        assert.equal(net - netDiscount + tax, total)
      }
    })
  })

  test('are explained: the steps add up to what is due', () => {
    holds(({ explanation, due }) => {
      const counted = explanation.filter((step) => !step.isIncluded)
      assert.equal(
        counted.reduce((sum, step) => sum + step.amount, 0),
        due,
      )
    })
  })

  test('are paid by gift cards up to their balance, and by what is due', () => {
    holds(({ total, giftCards, giftCardAmount, due }, cart) => {
      assert.equal(total - giftCardAmount, due)
      const balances = cart.giftCards!.reduce((sum, card) => sum + card.balance, 0)
      assert.equal(giftCardAmount, Math.min(total, balances))
      for (const { amount } of giftCards) assert.ok(amount > 0)
    })
  })

  test('are the same again, and in whatever order the lines come', () => {
    const shuffled = anyCart().chain((cart) =>
      fc.tuple(
        fc.constant(cart),
        fc.shuffledSubarray([...cart.lines], { minLength: cart.lines.length, maxLength: cart.lines.length }),
      ),
    )
    fc.assert(
      fc.property(shuffled, ([cart, lines]) => {
        const totals = computeTotals(cart)
        assert.deepEqual(computeTotals(cart), totals)
        const other = computeTotals({ ...cart, lines })
        const byId = (all: Totals) => Object.fromEntries(all.lines.map((line) => [line.id, line]))
        assert.deepEqual(byId(other), byId(totals))
        assert.deepEqual({ ...other, lines: [], explanation: [] }, { ...totals, lines: [], explanation: [] })
      }),
      { numRuns: 400 },
    )
  })
})

describe('totals by example', () => {
  test('in Germany tax is inside the price: 3 × 12.90 € less 10 %, and a parcel', () => {
    const totals = computeTotals({
      currency: 'EUR',
      lines: [line('tea', 3, 1_290, 'reduced'), line('mug', 1, 1_350)],
      taxes: germany,
      coupon: { code: 'SPRING', kind: 'percentage', rate: 100_000 },
      shipping: { name: 'Parcel', taxCategory: 'standard', amount: 490, freeFrom: 10_000 },
      giftCards: [{ id: 'card', hint: '…7QK2', balance: 1_000 }],
    })
    assert.deepEqual(
      totals.explanation.map(({ label, amount, isIncluded }) => [label, amount, isIncluded]),
      [
        ['3 × tea', 3_870, false],
        ['Coupon SPRING: 10 %', -387, false],
        ['VAT 7 %', 228, true],
        ['1 × mug', 1_350, false],
        ['Coupon SPRING: 10 %', -135, false],
        ['VAT 19 %', 194, true],
        ['Parcel', 490, false],
        ['VAT 19 %', 78, true],
        ['Gift card …7QK2', -1_000, false],
      ],
    )
    const { subtotal, discount, tax, total, due } = totals
    assert.deepEqual([subtotal, discount, tax, total, due], [5_220, 522, 500, 5_188, 4_188])
  })

  test('in Ohio tax comes on top of it', () => {
    const ohio = taxes(false, 57_500)
    const { tax, total, lines } = computeTotals({ currency: 'USD', lines: [line('mug', 1, 1_000)], taxes: ohio })
    assert.deepEqual([lines[0]!.net, tax, total], [1_000, 58, 1_058]) // 57.5 cents: half up
  })

  test('of five pieces at "buy 3, get 1" the cheapest is free, of eight the two cheapest', () => {
    const offer = { code: 'FOUR', kind: 'buyXGetY', buy: 3, get: 1 } as const
    const discountOf = (quantity: number) =>
      computeTotals({
        currency: 'JPY',
        lines: [line('pan', 4, 5_000), line('cup', quantity, 700)],
        taxes: germany,
        coupon: offer,
      }).discount
    assert.deepEqual([discountOf(1), discountOf(4)], [700, 1_400])
  })

  test('ten euros off are split over the lines to the cent, and a coupon for one product touches no other', () => {
    const lines = [line('a', 1, 333), line('b', 1, 333), line('c', 1, 334)]
    const discounts = (product?: string) =>
      computeTotals({
        currency: 'EUR',
        lines,
        taxes: germany,
        coupon: { code: 'TEN', kind: 'fixed', amount: 500, product },
      }).lines.map((charged) => charged.discount)
    assert.deepEqual(discounts(), [167, 166, 167])
    assert.deepEqual(discounts('b'), [0, 333, 0])
  })

  test('what cannot be counted exactly is refused', () => {
    const many = [line('a', 99, Number.MAX_SAFE_INTEGER)]
    assert.throws(() => computeTotals({ currency: 'EUR', lines: many, taxes: germany }), {
      code: 'pricing_amount_uncountable',
    })
    for (const price of [0.5, -1, Number.NaN, 2 ** 53])
      assert.throws(() => computeTotals({ currency: 'EUR', lines: [line('a', 1, price)], taxes: germany }), {
        code: 'pricing_amount_wrong',
      })
  })
})

const germany = taxes(true, 190_000)

function taxes(pricesIncludeTax: boolean, standard: number): Taxes {
  const rate = (parts: number) => ({ name: 'VAT', rate: parts })
  return { pricesIncludeTax, rates: { standard: rate(standard), reduced: rate(70_000), zero: rate(0) } }
}

function line(id: string, quantity: number, unitPrice: number, taxCategory: PricedLine['taxCategory'] = 'standard') {
  return { id, product: id, name: id, quantity, unitPrice, taxCategory }
}

/** All numbers that money is counted in, wherever they are. */
function amountsIn(value: unknown): readonly number[] {
  if (typeof value === 'number') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(amountsIn)
}
