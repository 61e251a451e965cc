import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as later } from 'node:timers/promises'
import fc from 'fast-check'
import { FairTurns } from './fair-turns.ts'

const ample = { maxRunning: 1, maxWaiting: 100, maxWaitMs: 60_000 }

/** Work that ends when it is told to, and notes who began. */
function workshop(limits: Partial<typeof ample> = {}) {
  const turns = new FairTurns({ ...ample, ...limits })
  const begun: string[] = []
  const ends: (() => void)[] = []
  const enter = (source: string, name = source) => {
    const done = turns.run(source, () => {
      begun.push(name)
      return new Promise<string>((end) => ends.push(() => end(name)))
    })
    done.catch(() => {})
    return done
  }
  const endOne = async () => {
    ends.shift()?.()
    await later()
  }
  return { turns, begun, enter, endOne }
}

describe('turns', () => {
  test('are taken in the order of arrival by those of one source', async () => {
    const { begun, enter, endOne } = workshop()
    for (const name of ['1', '2', '3', '4']) enter('a', name)
    for (let count = 0; count < 4; count++) await endOne()
    assert.deepEqual(begun, ['1', '2', '3', '4'])
  })

  test('go round between sources: who sends many waits behind himself', async () => {
    const { begun, enter, endOne } = workshop()
    for (const name of ['a1', 'a2', 'a3', 'a4']) enter('a', name)
    enter('b', 'b1')
    enter('c', 'c1')
    for (let count = 0; count < 6; count++) await endOne()
    assert.deepEqual(begun, ['a1', 'a2', 'b1', 'c1', 'a3', 'a4'])
  })

  test('never run more than they may at once', async () => {
    const { turns, begun, enter, endOne } = workshop({ maxRunning: 2 })
    for (let count = 0; count < 5; count++) enter('a')
    assert.deepEqual([begun.length, turns.running, turns.waiting], [2, 2, 3])
    await endOne()
    assert.deepEqual([begun.length, turns.running, turns.waiting], [3, 2, 2])
  })

  test('are refused when all places are taken', async () => {
    const { enter } = workshop({ maxWaiting: 1 })
    enter('a')
    enter('a')
    await assert.rejects(enter('a'), { code: 'auth_busy' })
    await assert.rejects(enter('b'), { code: 'auth_busy' }, 'one who waits does not give way to one who comes')
  })

  test('the last of the longest lane gives way to a shorter lane', async () => {
    const { begun, enter, endOne } = workshop({ maxWaiting: 3 })
    enter('a', 'a1')
    for (const name of ['a2', 'a3']) enter('a', name)
    const last = enter('a', 'a4')
    const other = enter('b', 'b1')
    await assert.rejects(last, { code: 'auth_busy' })
    for (let count = 0; count < 4; count++) await endOne()
    assert.equal(await other, 'b1')
    assert.deepEqual(begun, ['a1', 'a2', 'b1', 'a3'])
  })

  test('come in time or not at all', async (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] })
    const { turns, begun, enter } = workshop({ maxWaitMs: 2000 })
    enter('a', 'a1')
    const late = enter('b', 'b1')
    context.mock.timers.tick(1999)
    assert.equal(turns.waiting, 1)
    context.mock.timers.tick(1)
    await assert.rejects(late, { code: 'auth_busy', details: { retryAfterSeconds: 2 } })
    assert.deepEqual([begun, turns.waiting], [['a1'], 0])
  })

  test('are passed on when work fails', async () => {
    const turns = new FairTurns(ample)
    const failing = turns.run('a', () => Promise.reject(new Error('broken')))
    const next = turns.run('a', async () => 'done')
    await assert.rejects(failing, /broken/)
    assert.equal(await next, 'done')
    assert.equal(turns.running, 0)
  })

  test('whoever comes and goes, all are answered and no place is lost', async () => {
    const event = fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.constant('end'))
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 60 }), async (events) => {
        const { turns, begun, enter, endOne } = workshop({ maxRunning: 2, maxWaiting: 4 })
        const entered: Promise<unknown>[] = []
        for (const one of events) {
          if (one === 'end') await endOne()
          else entered.push(enter(one))
          assert.ok(turns.running <= 2 && turns.waiting <= 4 && (turns.waiting === 0 || turns.running === 2))
        }
        while (turns.running > 0) await endOne()
        const results = await Promise.allSettled(entered)
        assert.equal(results.filter(({ status }) => status === 'fulfilled').length, begun.length)
        assert.equal(turns.waiting, 0)
      }),
      { numRuns: 100 },
    )
  })
})
