import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { MemoryHub } from '../adapters/bus/memory/memory-hub.fixture.ts'
import { silentLog } from '../base/silent-log.ts'
import { createRateLimiter } from './rate-limit.ts'
import { shareCounts, shareEveryMs } from './shared-rate-limiter.ts'

function start(processes: number, max: number) {
  const hub = new MemoryHub(silentLog)
  const limiters = Array.from({ length: processes }, () =>
    shareCounts(createRateLimiter({ max, windowSeconds: 60 }), 'requests', hub.join()),
  )
  const close = () => {
    for (const limiter of limiters) limiter.close()
  }
  return { limiters, close }
}

test('a client that comes to several processes gets its share once', async () => {
  const { limiters, close } = start(3, 100)
  for (const limiter of limiters) for (let count = 0; count < 30; count += 1) limiter.take('a')
  await sleep(2 * shareEveryMs)
  for (const limiter of limiters) {
    assert.equal(limiter.peek('a').remaining, 9)
    assert.equal(limiter.peek('b').remaining, 99)
  }
  close()
})

test('what passes beyond the share is what comes within the time of one message', async () => {
  const { limiters, close } = start(2, 100)
  const perStep = 5
  const stepMs = 10
  let passed = 0
  for (let step = 0; step < 40; step += 1) {
    for (const limiter of limiters)
      for (let count = 0; count < perStep; count += 1) if (limiter.take('a').isAllowed) passed += 1
    await sleep(stepMs)
  }
  const late = 2 * perStep * (shareEveryMs / stepMs) * 1.5 // timers are late on a busy machine
  assert.ok(passed >= 100 && passed <= 100 + late, `${passed} passed`)
  close()
})

test('however many clients come at once, all are told', async () => {
  const { limiters, close } = start(2, 10)
  for (let client = 0; client < 2_000; client += 1) limiters[0]!.take(`address 2001:db8:0:${client.toString(16)}::/64`)
  await sleep(2 * shareEveryMs)
  for (let client = 0; client < 2_000; client += 1)
    assert.equal(limiters[1]!.peek(`address 2001:db8:0:${client.toString(16)}::/64`).remaining, 8)
  close()
})

test('who leaves tells what the others do not know yet', async () => {
  const { limiters, close } = start(2, 10)
  limiters[0]!.take('a')
  limiters[0]!.close()
  await sleep(1)
  assert.equal(limiters[1]!.peek('a').remaining, 8)
  close()
})
