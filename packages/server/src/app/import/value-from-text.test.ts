import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as f from '../../fields/index.ts'
import type { Field } from '../../model/field.ts'
import { valueFromText } from './value-from-text.ts'

const read = (field: Field<any, any, any>, text: string) => valueFromText(field.type, text) // any: whatever field

test('a cell becomes a value in the JSON form of its field', () => {
  assert.equal(read(f.text(), ' as it is '), ' as it is ')
  assert.equal(read(f.integer(), ' 42 '), 42)
  assert.equal(read(f.number(), '-1.5e3'), -1500)
  assert.equal(read(f.decimal(), '18.00'), '18.00')
  assert.equal(read(f.boolean(), '1'), true)
  assert.equal(read(f.boolean(), 'No'), false)
  assert.equal(read(f.date(), '1996-07-04 00:00:00.000'), '1996-07-04')
  assert.equal(read(f.instant(), '1996-07-04 10:30'), '1996-07-04T10:30:00Z')
  assert.equal(read(f.instant(), '1996-07-04T10:30:00.250+02:00'), '1996-07-04T10:30:00.250+02:00')
  assert.equal(read(f.instant(), '1996-07-04'), '1996-07-04T00:00:00Z')
  assert.deepEqual(read(f.list(f.text()), '["a", "b"]'), ['a', 'b'])
  assert.deepEqual(read(f.json(), '{ "a": 1 }'), { a: 1 })
})

test('money is read as people write it, by the digits of its currency', () => {
  assert.deepEqual(read(f.money({ currency: 'EUR' }), '12.5'), { amount: 1250, currency: 'EUR' })
  assert.deepEqual(read(f.money(), '-12.50 EUR'), { amount: -1250, currency: 'EUR' })
  assert.deepEqual(read(f.money(), 'JPY 1250'), { amount: 1250, currency: 'JPY' })
  assert.deepEqual(read(f.money(), '1.5 KWD'), { amount: 1500, currency: 'KWD' })
  assert.deepEqual(read(f.money({ currency: 'USD' }), '3.1000'), { amount: 310, currency: 'USD' })
})

test('a cell that cannot be read stays what it was, for the field to refuse', () => {
  const unreadable: [Field<any, any, any>, string][] = [
    // any: whatever field
    [f.integer(), '12.5'],
    [f.number(), 'NaN'],
    [f.boolean(), 'maybe'],
    [f.date(), '1996-07-04 10:30:00'],
    [f.instant(), 'yesterday'],
    [f.money({ currency: 'EUR' }), '12.505'],
    [f.money(), '12.50'],
    [f.list(f.text()), '[a'],
  ]
  for (const [field, text] of unreadable) {
    const problems: string[] = []
    assert.equal(read(field, text), text)
    field.type.parse(text, (code) => problems.push(code))
    assert.equal(problems.length, 1, text)
  }
})
