import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fingerprint } from './fingerprint.ts'

test('the values are those of MurmurHash3_x86_128', () => {
  assert.equal(fingerprint(''), '00000000000000000000000000000000')
  assert.equal(fingerprint('I will not buy this record, it is scratched.'), 'a0a9683b25ac5e40d9af2895890dddf5')
  assert.equal(fingerprint('tea ☕ and ж'), 'b708279ff22f671152ebd75cde0432e4')
  assert.equal(fingerprint('The quick brown fox jumps over the lazy dog'), '2f1583c3ecee2c675d7bf66ce5e91d2c')
})

test('what was named before leaves no trace', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), fc.string({ maxLength: 80 }), (text, other) => {
      const name = fingerprint(text)
      fingerprint(other)
      assert.equal(fingerprint(text), name)
    }),
  )
})

test('a change of one character anywhere is another name', () => {
  const text = 'name'.repeat(500)
  const names = new Set([fingerprint(text)])
  for (let place = 0; place < text.length; place += 1)
    names.add(fingerprint(`${text.slice(0, place)}ä${text.slice(place + 1)}`))
  assert.equal(names.size, text.length + 1)
})

test('texts of any length have names, also with characters beyond one byte', () => {
  const names = new Set(
    [1, 15, 16, 17, 40_000, 131_072, 131_073, 200_000].flatMap((length) =>
      ['x', 'ж', '茶'].map((letter) => fingerprint(letter.repeat(length))),
    ),
  )
  assert.equal(names.size, 24)
})
