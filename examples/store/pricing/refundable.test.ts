import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anyCart } from './random-carts.ts'
import { refundableFor } from './refundable.ts'
import { computeTotals, type LineTotals } from './totals.ts'

/** An item that was bought, and the portions in which it comes back. */
const returned = anyCart()
  .map((cart) => computeTotals(cart).lines)
  .filter((lines) => lines.length > 0)
  .chain(([line]) => fc.tuple(fc.constant(line!), portionsOf(line!.quantity)))

test('refunds in whatever portions add up to exactly what was paid, and never to more on the way', () => {
  fc.assert(
    fc.property(returned, ([line, portions]) => {
      const given = { net: 0, tax: 0, total: 0 }
      let pieces = 0
      for (const portion of portions) {
        const refund = refundableFor(line, portion, pieces)
        assert.ok([refund.net, refund.tax, refund.total].every((amount) => Number.isSafeInteger(amount) && amount >= 0))
        assert.equal(refund.net + refund.tax, refund.total)
        pieces += portion
        given.net += refund.net
        given.tax += refund.tax
        given.total += refund.total
        assert.ok(given.total <= line.total && given.tax <= line.tax)
      }
      assert.equal(pieces, line.quantity)
      assert.deepEqual(given, { net: line.total - line.tax, tax: line.tax, total: line.total })
    }),
  )
})

test('a piece of three for 10.00 is worth 3.33, the last 3.34', () => {
  const item = { quantity: 3, total: 1_000, tax: 0 }
  assert.deepEqual(
    [0, 1, 2].map((already) => refundableFor(item, 1, already).total),
    [333, 333, 334],
  )
})

test('pieces that cost the same give back the same, whatever their tax is rounded to', () => {
  const item = { quantity: 3, total: 999, tax: 159 }
  assert.deepEqual(
    [0, 1, 2].map((already) => refundableFor(item, 1, already).total),
    [333, 333, 333],
  )
  assert.equal(refundableFor(item, 2, 0).total, 666)
})

test('no more pieces come back than were bought, and none of nothing', () => {
  const item = { quantity: 3, total: 1_000, tax: 160 }
  for (const [quantity, already] of [
    [4, 0],
    [1, 3],
    [0, 0],
    [-1, 2],
    [1.5, 0],
  ] as const)
    assert.throws(() => refundableFor(item, quantity, already), { code: 'pricing_amount_wrong' })
})

function portionsOf(quantity: LineTotals['quantity']): fc.Arbitrary<readonly number[]> {
  if (quantity === 0) return fc.constant([])
  return fc
    .integer({ min: 1, max: quantity })
    .chain((first) => portionsOf(quantity - first).map((rest) => [first, ...rest]))
}
