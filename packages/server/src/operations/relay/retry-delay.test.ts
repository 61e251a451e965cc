import assert from 'node:assert/strict'
import { test } from 'node:test'
import { maxAttempts, retryDelayMs } from './retry-delay.ts'

test('what fails is tried again for about a day, less and less often', () => {
  const delays = Array.from({ length: maxAttempts - 1 }, (_, index) => retryDelayMs(index + 1, 0.5))
  assert.deepEqual(
    delays.toSorted((one, other) => one - other),
    delays,
  )
  const hours = delays.reduce((sum, ms) => sum + ms, 0) / 3_600_000
  assert.ok(hours > 20 && hours < 28, `${hours} h`)
})

test('chance moves an attempt by a fifth at most', () => {
  assert.deepEqual([retryDelayMs(1, 0), retryDelayMs(1, 0.5), retryDelayMs(1, 1)], [24_000, 30_000, 36_000])
})
