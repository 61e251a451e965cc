import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRateLimiter, policyHeader, stateHeader } from './rate-limit.ts'

function start() {
  let nowMs = 1_000
  const limiter = createRateLimiter({ max: 2, windowSeconds: 10 }, () => nowMs)
  const pass = (ms: number) => {
    nowMs += ms
  }
  return { limiter, pass }
}

test('as many as allowed pass, the next does not', () => {
  const { limiter } = start()
  assert.deepEqual(limiter.take('a'), { isAllowed: true, remaining: 1, resetSeconds: 10 })
  assert.deepEqual(limiter.take('a'), { isAllowed: true, remaining: 0, resetSeconds: 10 })
  assert.equal(limiter.take('a').isAllowed, false)
  assert.equal(limiter.take('b').isAllowed, true)
})

test('the window ends, and a new one begins with the next request', () => {
  const { limiter, pass } = start()
  for (let count = 0; count < 5; count += 1) limiter.take('a')
  pass(9_999)
  assert.deepEqual(limiter.take('a'), { isAllowed: false, remaining: 0, resetSeconds: 1 })
  pass(1)
  assert.deepEqual(limiter.take('a'), { isAllowed: true, remaining: 1, resetSeconds: 10 })
})

test('a look does not count', () => {
  const { limiter } = start()
  for (let count = 0; count < 5; count += 1) assert.equal(limiter.peek('a').isAllowed, true)
  limiter.take('a')
  limiter.take('a')
  assert.equal(limiter.peek('a').isAllowed, false)
})

test('many clients do not fill the memory', () => {
  const { limiter } = start()
  limiter.take('first')
  for (let count = 0; count < 100_001; count += 1) limiter.take(`client ${count}`)
  assert.equal(limiter.take('first').remaining, 1, 'forgotten, not kept for ever')
})

test('the headers are structured fields of the draft', () => {
  assert.equal(policyHeader({ max: 600, windowSeconds: 60 }), '"default";q=600;w=60')
  assert.equal(stateHeader({ isAllowed: true, remaining: 5, resetSeconds: 30 }), '"default";r=5;t=30')
})

test('the time to wait is never more than the window, whatever fraction of a millisecond the clock shows', () => {
  for (const nowMs of [8.3, 1234.567, 100_000.000_1, 77_777.777_777, 5_000_000.1]) {
    const limiter = createRateLimiter({ max: 3, windowSeconds: 60 }, () => nowMs)
    assert.equal(limiter.take('a').resetSeconds, 60)
  }
})
