import assert from 'node:assert/strict'
import { test } from 'node:test'
import { moneyText } from './currencies.ts'
import { rateForWeight } from './shipping-price.ts'
import { shareOf } from './whole-numbers.ts'

test('an amount is written with the digits of its currency', () => {
  const texts = [
    [1_250, 'EUR'],
    [5, 'EUR'],
    [-5, 'EUR'],
    [1_250, 'JPY'],
    [5, 'KWD'],
  ] as const
  assert.deepEqual(
    texts.map(([amount, currency]) => moneyText({ amount, currency })),
    ['12.50 EUR', '0.05 EUR', '-0.05 EUR', '1250 JPY', '0.005 KWD'],
  )
})

test('halves are rounded up, and what is on the way too large to be counted still comes out exactly', () => {
  assert.deepEqual([shareOf(5, 1, 10), shareOf(4, 1, 10), shareOf(15, 1, 10)], [1, 0, 2])
  assert.equal(shareOf(Number.MAX_SAFE_INTEGER, 999_999, 1_000_000), 9_007_190_247_541_736)
})

test('a parcel takes the rate for the least weight that carries it', () => {
  const [letter, parcel, pallet] = [{ maxWeightGrams: 500 }, { maxWeightGrams: 10_000 }, { maxWeightGrams: null }]
  assert.equal(rateForWeight([pallet, parcel, letter], 500), letter)
  assert.equal(rateForWeight([pallet, letter, parcel], 501), parcel)
  assert.equal(rateForWeight([letter, pallet], 10_001), pallet)
  assert.equal(rateForWeight([letter, parcel], 10_001), undefined)
})
