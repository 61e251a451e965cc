import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { createHmacSha256 } from './hmac.ts'

test('it is the HMAC-SHA256 of Node, for keys and texts of any length', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.string({ unit: 'grapheme', maxLength: 300 }), (key, text) => {
      assert.deepEqual(createHmacSha256(key)(text), createHmac('sha256', key).update(text).digest())
    }),
  )
})
