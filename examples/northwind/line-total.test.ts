import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lineTotal } from './line-total.ts'

test('the discount is taken off', () => {
  assert.equal(lineTotal('14.0000', 12, '0'), '168.0000')
  assert.equal(lineTotal('42.4000', 35, '0.1500'), '1261.4000')
})

test('no cent is lost where floating point would lose one', () => {
  assert.equal(lineTotal('0.1000', 3, '0'), '0.3000')
  assert.equal(lineTotal('99999999999.9999', 99, '0'), '9899999999999.9901')
})

test('what lies beyond the fourth digit is rounded', () => {
  assert.equal(lineTotal('0.0001', 1, '0.5'), '0.0001')
  assert.equal(lineTotal('0.0001', 1, '0.5001'), '0.0000')
})

test('numbers and short decimals are read as they are written', () => {
  assert.equal(lineTotal(2.5, 2, 0.05), '4.7500')
  assert.equal(lineTotal('7', 1, '1'), '0.0000')
})
