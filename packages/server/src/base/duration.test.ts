import assert from 'node:assert/strict'
import { test } from 'node:test'
import { durationMs } from './duration.ts'

test('a duration is a whole number and a unit', () => {
  assert.equal(durationMs('90s'), 90_000)
  assert.equal(durationMs('15m'), 900_000)
  assert.equal(durationMs('12h'), 43_200_000)
  assert.equal(durationMs('30d'), 2_592_000_000)
  assert.equal(durationMs('2w'), 1_209_600_000)
})

test('anything else is no duration', () => {
  for (const text of ['', '30', 'd', '1.5d', '-1d', '30 d', '30D', '1y', '9999999s'])
    assert.equal(durationMs(text), undefined, text)
})
