import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StatementWeight } from './statement-weight.ts'

const quick = { elapsedMs: 0.2, workedMs: 0.1 }
const slow = { elapsedMs: 120, workedMs: 100 }

function times(count: number, run: () => void): void {
  for (let index = 0; index < count; index += 1) run()
}

test('a statement that was expected to be heavy runs on the event loop once it has proven quick', () => {
  const weight = new StatementWeight('heavy')
  times(15, () => weight.ranAside(quick))
  assert.equal(weight.isHeavy, true)
  weight.ranAside(quick)
  assert.equal(weight.isHeavy, false)
})

test('a run that was slow because others had the processor is not held against it', () => {
  const weight = new StatementWeight('quick')
  times(100, () => weight.ranOnLoop(120, weight.isWatched ? 0.2 : undefined))
  assert.equal(weight.isHeavy, false)
})

test('one run of some work may be chance, two are not, one of much work is none, nor is a long pause', () => {
  const weight = new StatementWeight('quick')
  weight.ranOnLoop(6, 6)
  assert.equal(weight.isHeavy, false)
  weight.ranOnLoop(6, 6)
  assert.equal(weight.isHeavy, true)
  for (const [elapsedMs, workedMs] of [
    [25, 24],
    [500, undefined],
  ] as const) {
    const other = new StatementWeight('quick')
    other.ranOnLoop(elapsedMs, workedMs)
    assert.equal(other.isHeavy, true)
  }
})

test('a statement is watched at first, and again as soon as there is a doubt', () => {
  const weight = new StatementWeight('quick')
  times(8, () => weight.ranOnLoop(0.1, 0.1))
  assert.equal(weight.isWatched, false)
  weight.ranOnLoop(6)
  assert.equal(weight.isWatched, true)
})

test('a slow run among quick ones counts more than they do', () => {
  const weight = new StatementWeight('heavy')
  times(1000, () => {
    times(10, () => weight.ranAside(quick))
    weight.ranAside(slow)
  })
  assert.equal(weight.isHeavy, true)
})

test('who relapses stays beside for four times as many runs', () => {
  const weight = new StatementWeight('quick')
  const runsUntilBack = () => {
    let runs = 0
    for (weight.ranOnLoop(100, 100); weight.isHeavy; runs += 1) weight.ranAside(quick)
    return runs
  }
  assert.deepEqual([runsUntilBack(), runsUntilBack(), runsUntilBack()], [64, 256, 1024])
})

test('a statement is short once it is known to be, and stays long for some runs after one that was', () => {
  const weight = new StatementWeight('heavy')
  assert.equal(weight.isShort, false)
  weight.ranAside({ elapsedMs: 30, workedMs: 30 })
  assert.equal(weight.isShort, true)
  weight.ranAside(slow)
  times(3, () => weight.ranAside({ elapsedMs: 30, workedMs: 30 }))
  assert.equal(weight.isShort, false)
  times(10, () => weight.ranAside({ elapsedMs: 30, workedMs: 30 }))
  assert.equal(weight.isShort, true)
})
