import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { hashRecoveryCode, newRecoveryCodes, readRecoveryCode } from './recovery-codes.ts'

const key = randomBytes(32)

describe('recovery codes', () => {
  test('are ten different ones, in groups, without characters that look alike', () => {
    const codes = newRecoveryCodes()
    assert.equal(new Set(codes).size, 10)
    for (const code of codes) assert.match(code, /^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){2}$/)
  })

  test('use every character in every place', () => {
    const codes = newRecoveryCodes(2000)
    for (const place of [0, 4, 6, 16]) assert.equal(new Set(codes.map((code) => code[place])).size, 32)
  })

  test('are read however a person types them', () => {
    const [code = ''] = newRecoveryCodes(1)
    const plain = code.replaceAll('-', '')
    const typings = [
      code,
      code.toLowerCase(),
      plain,
      `  ${code.replaceAll('-', ' ')}\n`,
      code.replaceAll('-', '–'),
      code.replaceAll('0', 'O').replaceAll('1', 'l'),
      code.replaceAll('0', 'o').replaceAll('1', 'I'),
    ]
    for (const typed of typings) {
      assert.equal(readRecoveryCode(typed), plain, typed)
      assert.equal(hashRecoveryCode(typed, 'a', key), hashRecoveryCode(code, 'a', key))
    }
  })

  test('are nothing else', () => {
    const [code = ''] = newRecoveryCodes(1)
    for (const typed of [
      '',
      code.slice(1),
      `${code}0`,
      `${code.slice(0, -1)}U`,
      `${code.slice(0, -1)}!`,
      code.repeat(1000),
    ]) {
      assert.equal(readRecoveryCode(typed), undefined)
      assert.equal(hashRecoveryCode(typed, 'a', key), undefined)
    }
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (typed) => assert.doesNotThrow(() => readRecoveryCode(typed))))
  })

  test('have another hash for each account and each key, and it has nothing of the code in it', () => {
    const [code = '', other = ''] = newRecoveryCodes(2)
    const hashes = [
      hashRecoveryCode(code, 'a', key),
      hashRecoveryCode(code, 'b', key),
      hashRecoveryCode(code, 'a', randomBytes(32)),
      hashRecoveryCode(other, 'a', key),
    ]
    assert.equal(new Set(hashes).size, 4)
    for (const hash of hashes) assert.match(hash!, /^[\w-]{43}$/)
  })
})
