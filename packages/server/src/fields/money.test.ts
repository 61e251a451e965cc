import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { minorUnits, money } from './money.ts'

describe('money', () => {
  it('rests in a column for the amount, which is compared, and one for the currency', () => {
    assert.deepEqual(money().type.columns, [
      { key: 'amount', type: { kind: 'integer' } },
      { key: 'currency', suffix: 'currency', type: { kind: 'text' } },
    ])
  })
  it('shows in its shape that the only currency may be left out', () => {
    const { shape } = money({ currency: 'EUR' }).type
    assert.ok(shape.kind === 'object')
    assert.deepEqual(shape.properties.currency, {
      shape: { kind: 'choice', values: ['EUR'] },
      isOptional: true,
      isNullable: false,
    })
    assert.equal(shape.properties.amount?.isOptional, false)
  })
})

describe('minorUnits', () => {
  it('follows ISO 4217, not what people write', () => {
    const units = ['EUR', 'USD', 'JPY', 'KWD', 'IQD', 'ISK', 'CLF', 'ALL', 'HUF'].map(minorUnits)
    assert.deepEqual(units, [2, 2, 0, 3, 3, 0, 4, 2, 2])
  })
})
