import assert from 'node:assert/strict'
import { test } from 'node:test'
import { durationMs, likelyDuration } from './duration.ts'

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

test('a time as people write it is read as the one they mean', () => {
  for (const [text, meant] of [
    ['10 minutes', '10m'],
    ['1 Hour', '1h'],
    ['2hrs', '2h'],
    ['30 sec', '30s'],
    ['1 day', '1d'],
    ['2 weeks', '2w'],
    [' 090 ', '90s'],
  ])
    assert.equal(likelyDuration(text!), meant)
  for (const text of ['', 'soon', '10 months', '5ms', '1.5h', '-1h'])
    assert.equal(likelyDuration(text), undefined, text)
})
