import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StatementWeight } from './statement-weight.ts'

function times(count: number, run: () => void): void {
  for (let index = 0; index < count; index += 1) run()
}

test('a statement that was expected to be heavy runs on the event loop once it has proven quick', () => {
  const weight = new StatementWeight('heavy')
  times(15, () => weight.ranAside(0.1))
  assert.equal(weight.isHeavy, true)
  weight.ranAside(0.1)
  assert.equal(weight.isHeavy, false)
})

test('one slow run may be chance, two are not, a very slow one is none', () => {
  const weight = new StatementWeight('quick')
  weight.ranOnLoop(6)
  assert.equal(weight.isHeavy, false)
  weight.ranOnLoop(6)
  assert.equal(weight.isHeavy, true)
  const other = new StatementWeight('quick')
  other.ranOnLoop(60)
  assert.equal(other.isHeavy, true)
})

test('a slow run among quick ones counts more than they do', () => {
  const weight = new StatementWeight('heavy')
  times(1000, () => {
    times(10, () => weight.ranAside(0.1))
    weight.ranAside(100)
  })
  assert.equal(weight.isHeavy, true)
})

test('who relapses stays beside for four times as many runs', () => {
  const weight = new StatementWeight('quick')
  const runsUntilBack = () => {
    let runs = 0
    for (weight.ranOnLoop(100); weight.isHeavy; runs += 1) weight.ranAside(0.1)
    return runs
  }
  assert.deepEqual([runsUntilBack(), runsUntilBack(), runsUntilBack()], [64, 256, 1024])
})
