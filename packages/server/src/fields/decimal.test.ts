import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { parse } from '../testing/field.contract.ts'
import { decimal } from './decimal.ts'

const digits = fc.integer({ min: 1, max: 18 }).chain((precision) => fc.tuple(fc.constant(precision), fc.nat(precision)))

describe('a decimal', () => {
  it('is exactly the number that was written', () => {
    fc.assert(
      fc.property(digits, fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n }), ([precision, scale], big) => {
        const scaled = big % 10n ** BigInt(precision)
        const { value } = parse(decimal({ precision, scale }), written(scaled, scale))
        assert.equal(BigInt(String(value).replace('.', '')), scaled)
      }),
    )
  })
  it('is never rounded: one digit more is refused', () => {
    fc.assert(
      fc.property(digits, fc.integer({ min: 1, max: 9 }), ([precision, scale], digit) => {
        const { issues } = parse(decimal({ precision, scale }), `0.${'0'.repeat(scale)}${digit}`)
        assert.deepEqual(
          issues.map((issue) => issue.code),
          ['too_many_digits'],
        )
      }),
    )
  })
  it('is taken from a JSON number when that cannot be another number than was written', () => {
    const anyNumber = fc.tuple(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), fc.nat(6))
    fc.assert(
      fc.property(anyNumber, ([whole, scale]) => {
        const text = written(BigInt(whole), scale)
        assert.deepEqual(parse(decimal({ scale }), Number(text)), parse(decimal({ scale }), text))
      }),
    )
    assert.equal(parse(decimal({ scale: 7 }), 0.0000001).value, undefined, 'written as 1e-7')
    assert.equal(parse(decimal({ scale: 16 }), 0.1 + 0.2).value, undefined, '17 digits')
  })
  it('tells how many digits are kept on which side', () => {
    const [issue] = parse(decimal({ precision: 5, scale: 2 }), '1234').issues
    assert.equal(issue?.message, 'must have at most 3 digits before the point and 2 after it')
  })
})

function written(scaled: bigint, scale: number): string {
  const text = String(scaled < 0n ? -scaled : scaled).padStart(scale + 1, '0')
  const whole = text.slice(0, text.length - scale)
  return `${scaled < 0n ? '-' : ''}${whole}${scale === 0 ? '' : `.${text.slice(-scale)}`}`
}
