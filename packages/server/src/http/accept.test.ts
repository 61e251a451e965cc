import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acceptQuality } from './accept.ts'

const json = (accept: string | undefined) => acceptQuality(accept, 'application/json')

test('without a header everything is welcome', () => {
  assert.equal(json(undefined), 1)
  assert.equal(json(''), 1)
  assert.equal(json('*/*'), 1)
})

test('the most specific range decides', () => {
  assert.equal(json('application/*;q=0.3, */*;q=0.9'), 0.3)
  assert.equal(json('*/*;q=0.9, application/json;q=0'), 0)
  assert.equal(json('text/html,application/xhtml+xml,*/*;q=0.8'), 0.8)
})

test('names are compared without case, parameters other than q are ignored', () => {
  assert.equal(json('Application/JSON; charset=utf-8; Q=0.5'), 0.5)
})

test('what does not name the type is a no, as is a weight that is no weight', () => {
  assert.equal(json('text/html'), 0)
  assert.equal(json('application/jsonx'), 0)
  assert.equal(json('application/json;q=abc'), 0)
  assert.equal(json(',;,;q='), 0)
})
