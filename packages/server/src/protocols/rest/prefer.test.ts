import assert from 'node:assert/strict'
import { test } from 'node:test'
import { preferencesApplied, preferencesIn } from './prefer.ts'

test('what is known is taken, the rest ignored', () => {
  assert.deepEqual(preferencesIn(undefined), { isMinimal: false, isRehearsal: false })
  assert.deepEqual(preferencesIn('respond-async, wait=10; a=b'), { isMinimal: false, isRehearsal: false })
  assert.deepEqual(preferencesIn('Return = "minimal"; x, tx=rollback'), { isMinimal: true, isRehearsal: true })
  assert.deepEqual(preferencesIn('return=representation, return=minimal'), { isMinimal: false, isRehearsal: false })
  assert.deepEqual(preferencesIn(',;=,='), { isMinimal: false, isRehearsal: false })
})

test('what was applied is told', () => {
  assert.equal(preferencesApplied(preferencesIn('return=minimal')), 'return=minimal')
  assert.equal(preferencesApplied(preferencesIn('tx=rollback,return=minimal')), 'return=minimal, tx=rollback')
  assert.equal(preferencesApplied(preferencesIn('wait=1')), undefined)
})
