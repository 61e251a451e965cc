import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isDeeperThan, parseJson } from './parse-json.ts'

test('any JSON is parsed as JSON.parse does', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4, noUnicodeString: false }), (text) => {
      fc.pre(!/proto__|constructor/.test(text))
      assert.deepEqual(parseJson(Buffer.from(text), 20), JSON.parse(text))
    }),
  )
})

test('depth counts brackets outside of texts only', () => {
  assert.equal(isDeeperThan(Buffer.from('[[1]]'), 2), false)
  assert.equal(isDeeperThan(Buffer.from('[[[1]]]'), 2), true)
  assert.equal(isDeeperThan(Buffer.from('["[[[[", "\\"[[[", {"a\\\\": []}]'), 3), false)
  assert.equal(isDeeperThan(Buffer.from('[[],[],[],[]]'), 2), false)
})

test('the depth told is the depth there is', () => {
  const depthOf = (value: unknown): number =>
    typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.integer({ min: 0, max: 6 }), (value, maxDepth) => {
      assert.equal(isDeeperThan(Buffer.from(JSON.stringify(value)), maxDepth), depthOf(value) > maxDepth)
    }),
  )
})

test('texts of any length, with escapes at any place, hide their brackets and nothing behind them', () => {
  const piece = fc.constantFrom('\\', '"', '[', 'x', '\\"', 'é', 'x'.repeat(37))
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const bytes = Buffer.from(JSON.stringify([pieces.join(''), [pieces.join('')]]))
      assert.equal(isDeeperThan(bytes, 2), false)
      assert.equal(isDeeperThan(bytes, 1), true)
    }),
  )
  const quotesAndEscapes = Buffer.from(`["${'\\\\"'.repeat(300_000)}`)
  assert.equal(isDeeperThan(quotesAndEscapes, 2), false)
})

// Anything but linear time would not come to its end here.
test('a megabyte of brackets or escapes is refused', () => {
  assert.throws(() => parseJson(Buffer.from('['.repeat(1_000_000)), 32), { code: 'http_body_too_deep' })
  assert.throws(() => parseJson(Buffer.from(`"${'\\u005f'.repeat(150_000)}`), 32), { code: 'http_body_not_json' })
})

test('a parsed body never carries a prototype', () => {
  for (const text of ['{"__proto__":{"isAdmin":true}}', '[[{"a":{"\\u005F\\u005Fproto__":1}}]]'])
    assert.throws(() => parseJson(Buffer.from(text), 32), { code: 'http_body_unsafe' })
})
