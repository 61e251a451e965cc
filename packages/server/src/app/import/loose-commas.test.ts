import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rejoinLooseCommas } from './loose-commas.ts'

test('a cell that begins with a blank continues the one before when the row is too long', () => {
  assert.deepEqual(rejoinLooseCommas(['1', 'Rua do Paço', ' 67', 'Rio'], 3, ','), ['1', 'Rua do Paço, 67', 'Rio'])
  assert.deepEqual(rejoinLooseCommas(['a', ' b', ' c'], 1, ','), ['a, b, c'])
})

test('a row of the right length keeps its blanks', () => {
  assert.deepEqual(rejoinLooseCommas(['1', ' 67'], 2, ','), ['1', ' 67'])
})

test('a row that stays too long is told as such by whoever counts', () => {
  assert.deepEqual(rejoinLooseCommas([' 1', '2', '3'], 2, ','), [' 1', '2', '3'])
})
