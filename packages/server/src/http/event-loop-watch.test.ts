import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import { watchEventLoop } from './event-loop-watch.ts'

async function workFor(ms: number): Promise<void> {
  const endMs = performance.now() + ms
  while (performance.now() < endMs) {
    const stepEndMs = performance.now() + 300
    while (performance.now() < stepEndMs);
    await nextTurn()
  }
}

test('a loop that is late again and again is late, one long piece of work is not', async () => {
  const watch = watchEventLoop(150)
  try {
    await wait(50)
    await workFor(600)
    assert.equal(watch.isLate, false)
    await wait(600)
    await workFor(1_800)
    assert.equal(watch.isLate, true)
    await wait(1_200)
    assert.equal(watch.isLate, false, 'and it recovers')
  } finally {
    watch.stop()
  }
})
