import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lowestPrice, type Offered, optionValuesOf, titleOf, variantName } from './offer.ts'

const variant = (amount: number, options: readonly string[] = [], status: Offered['status'] = 'active'): Offered => ({
  price: { amount, currency: 'EUR' },
  options,
  status,
})

test('a product costs what the cheapest of its active variants costs', () => {
  const variants = [variant(900), variant(300, [], 'retired'), variant(500), variant(100, [], 'draft')]
  assert.deepEqual(lowestPrice(variants), { amount: 500, currency: 'EUR' })
  assert.equal(lowestPrice([variant(300, [], 'retired')]), undefined)
})

test('what can be chosen is what the active variants are, each once', () => {
  const variants = [variant(1, ['S', 'Moss']), variant(1, ['L', 'Moss']), variant(1, ['M', 'Fog'], 'retired')]
  assert.deepEqual(optionValuesOf(['Size', 'Colour'], variants), [
    { option: 'Size', value: 'S' },
    { option: 'Size', value: 'L' },
    { option: 'Colour', value: 'Moss' },
  ])
})

test('a variant is called by its product and its options', () => {
  assert.equal(variantName({ name: 'Dawn Watch' }, { title: titleOf(['250 g', 'whole']) }), 'Dawn Watch, 250 g / whole')
  assert.equal(variantName({ name: 'Enamel Mug' }, { title: titleOf([]) }), 'Enamel Mug')
})
