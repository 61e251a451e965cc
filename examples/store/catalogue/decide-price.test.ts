import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decidePrice } from './decide-price.ts'

const variant = { price: { amount: 1_000, currency: 'EUR' } }
const listed = fc.array(
  fc.record({
    amount: fc.nat({ max: 100_000 }),
    minQuantity: fc.integer({ min: 1, max: 20 }),
    priority: fc.nat({ max: 2 }),
  }),
  { maxLength: 8 },
)
const quantities = fc.integer({ min: 1, max: 30 })

test('without a list a variant costs its own price, in the currency of the shop alone', () => {
  assert.deepEqual(decidePrice(variant, [], { quantity: 3, currency: 'EUR' }), { amount: 1_000, currency: 'EUR' })
  assert.equal(decidePrice(variant, [], { quantity: 3, currency: 'SEK' }), undefined)
})

test('the lowest price counts, from its quantity on', () => {
  const prices = [
    { amount: 900, minQuantity: 1, priority: 0 },
    { amount: 700, minQuantity: 10, priority: 0 },
  ]
  const at = (quantity: number) => decidePrice(variant, prices, { quantity, currency: 'EUR' })?.amount
  assert.deepEqual([at(1), at(9), at(10)], [900, 900, 700])
})

test('a list of higher priority counts, also where it is dearer', () => {
  const prices = [
    { amount: 500, minQuantity: 1, priority: 0 },
    { amount: 1_200, minQuantity: 1, priority: 5 },
  ]
  assert.equal(decidePrice(variant, prices, { quantity: 1, currency: 'EUR' })?.amount, 1_200)
})

test('a price for more pieces than are bought changes nothing', () => {
  fc.assert(
    fc.property(listed, quantities, (prices, quantity) => {
      const within = prices.filter(({ minQuantity }) => minQuantity <= quantity)
      const terms = { quantity, currency: 'EUR' }
      assert.deepEqual(decidePrice(variant, prices, terms), decidePrice(variant, within, terms))
    }),
  )
})

test('where all lists have one priority, nobody pays more for a piece by buying more', () => {
  fc.assert(
    fc.property(listed, quantities, (prices, quantity) => {
      const alike = prices.map((price) => ({ ...price, priority: 0 }))
      const at = (pieces: number) => decidePrice(variant, alike, { quantity: pieces, currency: 'EUR' })!.amount
      assert.ok(at(quantity + 1) <= at(quantity))
    }),
  )
})

test('the price is one of those that were given, whatever their order', () => {
  fc.assert(
    fc.property(listed, quantities, fc.constantFrom('EUR', 'SEK'), (prices, quantity, currency) => {
      const price = decidePrice(variant, prices, { quantity, currency })
      assert.deepEqual(decidePrice(variant, prices.toReversed(), { quantity, currency }), price)
      if (price !== undefined) assert.ok([1_000, ...prices.map(({ amount }) => amount)].includes(price.amount))
    }),
  )
})
