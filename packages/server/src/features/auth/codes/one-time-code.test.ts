import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { hashOneTimeCode, isOneTimeCode, newOneTimeCode, readOneTimeCode } from './one-time-code.ts'

const key = randomBytes(32)
const binding = { purpose: 'sign-in', accountId: 'a' }

describe('codes by mail', () => {
  test('have as many digits as they should, zeros in front as well', () => {
    for (const digits of [6, 7, 8] as const) {
      const codes = Array.from({ length: 500 }, () => newOneTimeCode(digits))
      assert.ok(codes.every((code) => /^\d+$/.test(code) && code.length === digits))
      assert.equal(new Set(codes.map((code) => code[0])).size, 10)
    }
    assert.equal(newOneTimeCode().length, 6)
  })

  test('are good for the account and the purpose they were made for, and with the same key', () => {
    const text = fc.string({ maxLength: 10 })
    const bindings = fc.record({ purpose: text, accountId: text })
    const code = newOneTimeCode()
    fc.assert(
      fc.property(bindings, bindings, (one, other) => {
        const hash = hashOneTimeCode(code, one, key)!
        const isSame = one.purpose === other.purpose && one.accountId === other.accountId
        assert.equal(isOneTimeCode(code, hash, other, key), isSame)
        assert.equal(isOneTimeCode(code, hash, one, randomBytes(32)), false)
      }),
    )
    const hash = hashOneTimeCode(code, { purpose: 'ab', accountId: 'c' }, key)
    assert.notEqual(hashOneTimeCode(code, { purpose: 'a', accountId: 'bc' }, key), hash)
    assert.notEqual(
      hashOneTimeCode(code, { purpose: 'a","b', accountId: 'c' }, key),
      hashOneTimeCode(code, { purpose: 'a', accountId: 'b","c' }, key),
    )
  })

  test('are no other code', () => {
    const digits = fc.stringMatching(/^[0-9]{6,8}$/)
    fc.assert(
      fc.property(digits, digits, (code, typed) => {
        assert.equal(isOneTimeCode(typed, hashOneTimeCode(code, binding, key)!, binding, key), typed === code)
      }),
    )
  })

  test('are read with spaces and lines, and nothing else is a code', () => {
    for (const typed of ['123456', ' 123 456', '123-456', '１２３４５６'])
      assert.equal(readOneTimeCode(typed), '123456')
    for (const typed of ['', '12345', '123456789', '12345a', '1'.repeat(10_000), '١٢٣٤٥٦'])
      assert.equal(readOneTimeCode(typed), undefined, typed.slice(0, 20))
  })

  test('that are none fit no hash, an empty one neither', () => {
    for (const hash of ['', 'x', hashOneTimeCode('123456', binding, key)!])
      for (const typed of ['', 'abcdef', '12345']) assert.equal(isOneTimeCode(typed, hash, binding, key), false)
  })
})
