import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Generations, remembering } from './remembering.ts'

test('a text is made once while it is among the last ones, and what is old is let go', () => {
  const made: string[] = []
  const remembered = remembering((text) => made.push(text), { capacity: 2 })
  for (const text of ['a', 'b', 'a', 'c', 'a', 'd', 'a', 'b']) remembered(text)
  assert.deepEqual(made, ['a', 'b', 'c', 'd', 'b'])
})

test('a text that is too long, or that fails, is made again', () => {
  let calls = 0
  const remembered = remembering(
    (text) => {
      calls += 1
      if (text === 'no') throw new Error(text)
      return text
    },
    { capacity: 2, maxLength: 2 },
  )
  for (let turn = 0; turn < 2; turn += 1) {
    remembered('long')
    assert.throws(() => remembered('no'))
  }
  assert.equal(calls, 4)
})

test('what was forgotten is gone, from the old generation as well', () => {
  const kept = new Generations<number>(2)
  for (const [value, key] of ['a', 'b', 'c'].entries()) kept.set(key, value)
  assert.deepEqual([kept.get('a'), kept.get('c')], [0, 2])
  for (const key of ['a', 'b', 'c']) kept.delete(key)
  assert.deepEqual([kept.get('a'), kept.get('b'), kept.get('c')], [undefined, undefined, undefined])
})
