import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeOptions, refusePreconditions, replaceOptions } from './preconditions.ts'

test('If-Match names versions, or any', () => {
  assert.deepEqual(changeOptions({}), {})
  assert.deepEqual(changeOptions({ 'if-match': '"3"' }), { versions: [3] })
  assert.deepEqual(changeOptions({ 'if-match': '"3", "5"' }), { versions: [3, 5] })
  assert.deepEqual(changeOptions({ 'if-match': '*' }), { mustExist: true })
})

test('tags that are no version match none', () => {
  assert.deepEqual(changeOptions({ 'if-match': 'W/"3", "abc", "03", "1e3", "99999999999999999999"' }), { versions: [] })
})

test('If-None-Match: * asks that there is nothing yet, of PUT only', () => {
  assert.deepEqual(replaceOptions({ 'if-none-match': '*' }), { mustNotExist: true })
  assert.deepEqual(replaceOptions({ 'if-match': '"1"' }), { versions: [1] })
  assert.throws(() => replaceOptions({ 'if-none-match': '"1"' }), { code: 'rest_precondition_unsupported' })
  assert.throws(() => changeOptions({ 'if-none-match': '*' }), { code: 'rest_precondition_unsupported' })
})

test('a precondition is never ignored', () => {
  refusePreconditions({})
  assert.throws(() => refusePreconditions({ 'if-match': '*' }), { code: 'rest_precondition_unsupported' })
  assert.throws(() => refusePreconditions({ 'if-none-match': '*' }), { code: 'rest_precondition_unsupported' })
})
