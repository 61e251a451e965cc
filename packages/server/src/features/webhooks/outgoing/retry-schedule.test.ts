import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failuresUntilPause, isBroken, maxAttempts, pauseMs, retryAfterMs, retryDelayMs } from './retry-schedule.ts'

const hour = 3_600_000

test('what does not arrive is tried for about three days, less and less often', () => {
  const delays = Array.from({ length: maxAttempts - 1 }, (_, index) => retryDelayMs(index + 1, 0.5)!)
  assert.deepEqual(
    delays.toSorted((one, other) => one - other),
    delays,
  )
  const hours = delays.reduce((sum, ms) => sum + ms, 0) / hour
  assert.ok(hours > 70 && hours < 73, `${hours} h`)
  assert.equal(retryDelayMs(maxAttempts, 0.5), undefined)
})

test('an endpoint is broken after three days without an arrival, at the latest when the first of them failed for good', () => {
  const earliest = Array.from({ length: maxAttempts - 1 }, (_, index) => retryDelayMs(index + 1, 0)!)
  const earliestMs = earliest.reduce((sum, ms) => sum + ms, 0)
  assert.ok(isBroken(earliestMs, true))
  assert.ok(!isBroken(earliestMs, false))
  assert.ok(isBroken(72 * hour, false))
})

test('chance moves an attempt by a tenth at most', () => {
  assert.deepEqual([retryDelayMs(2, 0), retryDelayMs(2, 0.5), retryDelayMs(2, 1)], [270_000, 300_000, 330_000])
})

test('who asks to wait longer is waited for, a day at most', () => {
  assert.equal(retryDelayMs(1, 0.5, 60_000), 60_000)
  assert.equal(retryDelayMs(2, 0.5, 60_000), 300_000)
  assert.equal(retryDelayMs(1, 0.5, 90 * hour), 24 * hour)
})

test('Retry-After is seconds or a date, and anything else says nothing', () => {
  const nowMs = Date.parse('2026-03-01T09:00:00.000Z')
  assert.equal(retryAfterMs('120', nowMs), 120_000)
  assert.equal(retryAfterMs('Sun, 01 Mar 2026 09:05:00 GMT', nowMs), 300_000)
  for (const nothing of [undefined, '', '-5', '1.5', 'soon', 'Sun, 01 Mar 2026 08:00:00 GMT', '99999999999'])
    assert.equal(retryAfterMs(nothing, nowMs), 0, `${nothing}`)
})

test('an endpoint is left alone after some failures in a row, for longer each time, an hour at most', () => {
  assert.equal(pauseMs(failuresUntilPause - 1, 0.5), undefined)
  assert.equal(pauseMs(failuresUntilPause, 0.5), 30_000)
  assert.equal(pauseMs(failuresUntilPause + 1, 0.5), 60_000)
  assert.equal(pauseMs(1_000_000, 0.5), hour)
})
