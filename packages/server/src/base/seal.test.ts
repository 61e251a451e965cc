import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createSealer } from './seal.ts'

const secret = randomBytes(32)
const sealer = createSealer({ secret, purpose: 'totp' })
const broken = { code: 'seal_broken', category: 'internal' }

describe('what is sealed', () => {
  test('opens for its owner as it was, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (value, owner) => {
        assert.deepEqual(sealer.open(sealer.seal(value, owner), owner), Buffer.from(value))
      }),
    )
    assert.equal(sealer.open(sealer.seal('Zoë 😀', 'a'), 'a').toString(), 'Zoë 😀')
  })

  test('opens for nobody else, and for no other purpose', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (owner, other) => {
        fc.pre(owner !== other)
        assert.throws(() => sealer.open(sealer.seal('value', owner), other), broken)
      }),
    )
    const tokens = createSealer({ secret, purpose: 'oauth' })
    assert.throws(() => tokens.open(sealer.seal('value', 'a'), 'a'), { code: 'seal_unknown_key' })
  })

  test('does not open when anything in it was changed', () => {
    const sealed = sealer.seal('JBSWY3DPEHPK3PXP', 'a')
    const [form, keyId, text] = sealed.split('.')
    const bytes = Buffer.from(text!, 'base64url')
    for (let position = 0; position < bytes.length; position++) {
      const changed = Buffer.from(bytes)
      changed[position]! ^= 1
      assert.throws(() => sealer.open(`${form}.${keyId}.${changed.toString('base64url')}`, 'a'), broken)
    }
    for (const length of [0, 1, 27, 28, bytes.length - 1])
      assert.throws(
        () => sealer.open(`${form}.${keyId}.${bytes.subarray(0, length).toString('base64url')}`, 'a'),
        broken,
      )
    for (const wrong of ['', 'plain', `s2.${keyId}.${text}`, `${sealed} `, `${sealed}.x`])
      assert.throws(() => sealer.open(wrong, 'a'), broken)
  })

  test('is different each time, shows nothing, and has the size that is told', () => {
    const value = 'JBSWY3DPEHPK3PXP'.repeat(4)
    const sealed = Array.from({ length: 100 }, () => sealer.seal(value, 'a'))
    assert.equal(new Set(sealed).size, 100)
    assert.ok(sealed.every((text) => !text.includes('JBSW') && text.length <= value.length * 1.4 + 60))
  })

  test('with a former secret still opens, and is told to be outdated', () => {
    const renewed = createSealer({ secret: randomBytes(32), formerSecrets: [randomBytes(32), secret], purpose: 'totp' })
    const old = sealer.seal('value', 'a')
    assert.equal(renewed.open(old, 'a').toString(), 'value')
    assert.deepEqual([renewed.isOutdated(old), sealer.isOutdated(old)], [true, false])
    assert.equal(renewed.isOutdated(renewed.seal('value', 'a')), false)
  })

  test('with a secret that is not known does not open, and the sentence does not blame the value', () => {
    const other = createSealer({ secret: randomBytes(32), purpose: 'totp' })
    assert.throws(() => other.open(sealer.seal('value', 'a'), 'a'), { code: 'seal_unknown_key', category: 'internal' })
  })

  test('by an earlier version of Galley still opens', () => {
    const fixed = createSealer({ secret: Buffer.alloc(32, 7), purpose: 'totp' })
    const kept = 's1.zteST0Ur.2UvvnA6pyqj6dtisFghbo5eu1Z5qUbFW9ezyjE_dJzPK'
    assert.equal(fixed.open(kept, 'a').toString(), 'value')
  })
})
