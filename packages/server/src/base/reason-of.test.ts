import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reasonOf } from './reason-of.ts'

test('a reason is short, and what every database can keep', () => {
  assert.equal(reasonOf(new Error(`a\0b\ud800 ${'x'.repeat(5_000)}`)), `ab\ufffd ${'x'.repeat(996)}`)
  assert.equal(reasonOf('sold out'), 'sold out')
  assert.equal(reasonOf(undefined), 'undefined')
})

test('whatever is thrown has a reason', () => {
  const message = {
    get() {
      throw new Error('inner')
    },
  }
  const thrown = [
    Object.create(null),
    { toString: () => message.get() },
    Object.assign(new Error(), { message: { code: 5 } }),
    Object.defineProperty(new Error(), 'message', message),
  ]
  for (const each of thrown) assert.equal(reasonOf(each), 'What was thrown cannot be read.')
})
