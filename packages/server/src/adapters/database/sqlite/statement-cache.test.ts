import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StatementCache } from './statement-cache.ts'

test('a text is made once while it is among the last ones, and what is old is let go', () => {
  const made: string[] = []
  const cache = new StatementCache((text) => made.push(text), 2)
  const uses = ['a', 'b', 'a', 'c', 'a', 'd', 'a', 'b']
  for (const text of uses) cache.get(text)
  assert.deepEqual(made, ['a', 'b', 'c', 'd', 'b'])
})
