import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { GalleyError } from '../base/error.ts'
import { newId } from '../base/id.ts'
import type { Transaction } from '../ports/database.ts'
import type { ClaimedJob, JobState, NewJob, Outcome, Queue } from '../ports/queue.ts'

/** A queue without jobs, and what is around it. */
export interface TestQueue {
  readonly queue: Queue
  /** The same queue as another process sees it. */
  another(): Promise<Queue>
  /** Lets time pass for all of them. */
  pass(ms: number): Promise<void>
  /** The moment it is, in milliseconds. */
  nowMs(): number
  /** Runs work in a transaction of the application's database. Where `isTransactional`. */
  transaction?<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  close(): Promise<void>
}

const leaseMs = 400

/**
 * Registers the tests that every adapter of the `Queue` port passes: one for each sentence of its contract.
 *
 * @param open  opens a queue without jobs each time; the test closes it.
 */
export function queueContract(name: string, open: () => Promise<TestQueue>): void {
  const promise = (sentence: string, prove: (place: TestQueue) => Promise<void>) =>
    test(sentence, async () => {
      const place = await open()
      try {
        await prove(place)
      } finally {
        await place.close()
      }
    })

  describe(`${name} keeps the contract of a queue`, () => {
    describe('adding', () => addingPromises(promise))
    describe('handing out', () => claimPromises(promise))
    describe('holding', () => holdPromises(promise))
    describe('ending', () => endingPromises(promise))
    describe('jobs with a key', () => keyPromises(promise))
    describe('looking and tending', () => tendingPromises(promise))
    describe('schedules and news', () => newsPromises(promise))
  })
}

type Promises = (sentence: string, prove: (place: TestQueue) => Promise<void>) => void

function addingPromises(promise: Promises): void {
  promise('what was added is handed out with all it was given', async ({ queue }) => {
    const input = { text: 'Zoë ☕ "quoted" \\ \n', list: [1, { a: null }], deep: { number: -0.5, flag: true } }
    const job = newJob({ input, key: 'order 1', priority: 7 })
    assert.deepEqual(await queue.add([job]), [job.id])
    const [claimed, ...others] = await take(queue)
    assert.equal(others.length, 0)
    const { id, name, key, priority, attempt, fence } = claimed!
    assert.deepEqual(
      { id, name, key, priority, attempt },
      { id: job.id, name: 'a', key: 'order 1', priority: 7, attempt: 1 },
    )
    assert.deepEqual(claimed!.input, input)
    assert.ok(fence >= 1)
    assert.match(claimed!.addedAt, /^\d{4}-\d\d-\d\dT.*Z$/)
  })

  promise('many are added at once, each of them once', async ({ queue }) => {
    const jobs = Array.from({ length: 237 }, () => newJob())
    assert.deepEqual((await queue.add(jobs)).toSorted(), idsOf(jobs).toSorted())
    assert.deepEqual(await queue.add([]), [])
    const taken = await takeAll(queue, jobs.length)
    assert.deepEqual(idsOf(taken).toSorted(), idsOf(jobs).toSorted())
  })

  promise('adding an id that is there already changes nothing, waiting or held', async ({ queue }) => {
    const job = newJob()
    await queue.add([job])
    assert.deepEqual(await queue.add([{ ...job, input: { other: true } }]), [])
    assert.deepEqual((await take(queue))[0]!.input, job.input)
    assert.deepEqual(await queue.add([job]), [])
    assert.deepEqual(await claim(queue), [])
  })

  promise('what a transaction adds is there when it is committed, and not before', async ({ queue, transaction }) => {
    if (!queue.isTransactional) return
    const job = newJob()
    await transaction!(async (tx) => {
      await queue.add([job], tx)
      // Outside of the transaction nobody sees it, nor waits for it.
      assert.equal(await queue.find(job.id), undefined)
    })
    assert.deepEqual(idsOf(await take(queue)), [job.id])
  })

  promise('what a transaction that is undone has added is not there', async ({ queue, transaction }) => {
    if (!queue.isTransactional) return
    const undone = transaction!(async (tx) => {
      await queue.add([newJob(), newJob({ key: 'k' }), newJob({ uniqueKey: 'u' })], tx)
      throw new Error('undone')
    })
    await assert.rejects(undone, /undone/)
    assert.deepEqual(await claim(queue), [])
    assert.deepEqual(await queue.count(), [])
    assert.equal((await queue.add([newJob({ uniqueKey: 'u' })])).length, 1)
  })

  promise(
    'while one with the same unique key waits for its first attempt, adding another changes nothing',
    async ({ queue }) => {
      const first = newJob({ uniqueKey: 'u' })
      assert.deepEqual(await queue.add([first]), [first.id])
      assert.deepEqual(await queue.add([newJob({ uniqueKey: 'u' })]), [])
      const others = [newJob({ uniqueKey: 'v' }), newJob({ name: 'b', uniqueKey: 'u' })]
      assert.equal((await queue.add(others)).length, 2)
      const taken = await takeAll(queue, 3)
      assert.equal((await queue.add([newJob({ uniqueKey: 'u' })])).length, 1, 'it does not wait any more')
      await queue.settle(taken.map((hold) => retry(hold, 0)))
      assert.equal((await queue.add([newJob({ uniqueKey: 'v' })])).length, 1, 'a later attempt does not count')
    },
  )

  promise('of many who add the same at once, one does', async ({ queue, another }) => {
    const queues = [queue, await another()]
    const added = await Promise.all(
      Array.from({ length: 20 }, (_, index) => queues[index % 2]!.add([newJob({ uniqueKey: 'u' })])),
    )
    assert.equal(added.flat().length, 1)
  })

  promise('after closing nothing is added or handed out', async ({ queue }) => {
    await queue.close()
    await queue.close()
    await assert.rejects(queue.add([newJob()]), isError('queue_closed'))
    await assert.rejects(claim(queue), isError('queue_closed'))
  })
}

function claimPromises(promise: Promises): void {
  promise('the order is priority, then moment, then as they were added', async ({ queue, pass, nowMs }) => {
    const at = (ms: number) => new Date(nowMs() + ms).toISOString()
    const jobs = [
      newJob({ priority: 50, runAt: at(200) }),
      newJob({ priority: 50, runAt: at(100) }),
      newJob({ priority: 100 }),
      newJob({ priority: 0, runAt: at(250) }),
    ]
    await queue.add(jobs)
    await pass(400)
    const later = [newJob({ priority: 50 }), newJob({ priority: 50 }), newJob({ name: 'b', priority: 1 })]
    for (const job of later) await queue.add([job])
    const expected = [jobs[3], later[2], jobs[1], jobs[0], later[0], later[1], jobs[2]].map((job) => job!.id)
    assert.deepEqual(idsOf(await takeAll(queue, 7)), expected)
  })

  promise('no more are handed out than there are places, in all and of each name', async ({ queue }) => {
    await queue.add([
      ...Array.from({ length: 6 }, () => newJob()),
      ...Array.from({ length: 6 }, () => newJob({ name: 'b' })),
    ])
    const first = await claim(queue, { places: { a: 2, b: 10 }, limit: 5 })
    assert.equal(first.length, 5)
    assert.ok(first.filter(({ name }) => name === 'a').length <= 2)
    assert.deepEqual(await claim(queue, { places: { a: 0, b: 0 } }), [])
    const second = await takeAll(queue, 7, { places: { a: 20, b: 20 } })
    assert.equal(new Set(idsOf([...first, ...second])).size, 12)
  })

  promise('names that were not asked for are left alone', async ({ queue }) => {
    const jobs = [newJob({ name: 'other.name' }), newJob()]
    await queue.add(jobs)
    assert.deepEqual(idsOf(await take(queue, { places: { a: 5, b: 5 } })), [jobs[1]!.id])
    assert.deepEqual(await claim(queue), [])
    assert.deepEqual(idsOf(await take(queue, { places: { 'other.name': 5 } })), [jobs[0]!.id])
  })

  promise('nothing is handed out before its moment', async ({ queue, pass, nowMs }) => {
    const job = newJob({ runAt: new Date(nowMs() + 300).toISOString() })
    await queue.add([job])
    const { jobs, nextInMs } = await queue.claim({ places: new Map([['a', 5]]), limit: 5, leaseMs, holder: 'test' })
    assert.deepEqual(jobs, [])
    assert.ok(nextInMs === undefined || (nextInMs > 0 && nextInMs <= 5_000), `${nextInMs}`)
    await pass(400)
    assert.deepEqual(idsOf(await take(queue)), [job.id])
  })

  promise('of many who take at once, each job goes to one', async ({ queue, another }) => {
    const queues = [queue, await another(), await another()]
    const jobs = Array.from({ length: 120 }, () => newJob())
    await queue.add(jobs)
    const taken: string[] = []
    const takeSome = async (from: Queue) => {
      while (taken.length < jobs.length) taken.push(...idsOf(await claim(from, { limit: 7 })))
    }
    await Promise.race([Promise.all(queues.map(takeSome)), sleep(10_000)])
    assert.deepEqual(taken.toSorted(), idsOf(jobs).toSorted())
  })
}

function holdPromises(promise: Promises): void {
  promise(
    'what nobody holds any more is handed out again, with another attempt and a greater fence',
    async ({ queue, another, pass }) => {
      const job = newJob()
      await queue.add([job])
      const [first] = await take(queue)
      assert.deepEqual(await claim(queue), [], 'it is held')
      await pass(leaseMs + 200)
      const other = await another()
      const [second] = await take(other)
      assert.equal(second!.id, job.id)
      assert.equal(second!.attempt, 2)
      assert.ok(second!.fence > first!.fence)
      assert.deepEqual(await queue.settle([done(first!)]), [job.id], 'the former holder cannot settle it')
      assert.deepEqual(await queue.extend([first!], leaseMs), { lost: [job.id], cancelled: [] })
      assert.equal(await queue.holds(first!), false)
      assert.equal(await queue.progress(first!, 50), false)
      assert.equal(await other.holds(second!), true)
      assert.deepEqual(await other.settle([done(second!)]), [])
    },
  )

  promise('what is extended stays held, however many there are', async ({ queue, another, pass }) => {
    await queue.add(Array.from({ length: 30 }, () => newJob()))
    const held = await takeAll(queue, 30)
    const other = await another()
    for (let round = 0; round < 4; round += 1) {
      await pass(leaseMs / 2)
      assert.deepEqual(await queue.extend(held, leaseMs), { lost: [], cancelled: [] })
      assert.deepEqual(await claim(other), [])
    }
    assert.deepEqual(await queue.settle(held.map(done)), [])
  })

  promise(
    'a hold that is asked for in a transaction is valid until that has ended',
    async ({ queue, another, pass, transaction }) => {
      if (!queue.isTransactional) return
      await queue.add([newJob()])
      const [held] = await take(queue)
      await transaction!(async (tx) => {
        assert.equal(await queue.holds(held!, tx), true)
        return 1
      })
      await pass(leaseMs + 200)
      await take(await another())
      await transaction!(async (tx) => assert.equal(await queue.holds(held!, tx), false))
    },
  )
}

function endingPromises(promise: Promises): void {
  promise('what is done is gone, or can be looked at for a while', async ({ queue, pass }) => {
    const jobs = [newJob(), newJob()]
    await queue.add(jobs)
    const [first, second] = await takeAll(queue, 2)
    assert.deepEqual(await queue.settle([done(first!), { kind: 'done', hold: second!, keepMs: 300 }]), [])
    assert.equal(await queue.find(first!.id), undefined)
    const kept = await queue.find(second!.id)
    assert.equal(kept!.state, 'done')
    assert.equal(kept!.progress, 100)
    assert.notEqual(kept!.finishedAt, undefined)
    await queue.removeOld()
    assert.equal((await queue.find(second!.id))!.state, 'done')
    await pass(500)
    assert.equal(await queue.removeOld(), 1)
    assert.equal(await queue.find(second!.id), undefined)
    assert.deepEqual(await claim(queue), [])
  })

  promise('what failed waits for its moment, and remembers why', async ({ queue, pass, nowMs }) => {
    const job = newJob({ priority: 3 })
    await queue.add([job])
    const [first] = await take(queue)
    const runAt = new Date(nowMs() + 300).toISOString()
    await queue.settle([{ kind: 'retry', hold: first!, runAt, error: 'out of order' }])
    const waiting = await queue.find(job.id)
    assert.deepEqual([waiting!.state, waiting!.failures, waiting!.lastError], ['waiting', 1, 'out of order'])
    assert.equal(waiting!.runAt, runAt)
    assert.deepEqual(await claim(queue), [])
    await pass(400)
    const [second] = await take(queue)
    assert.deepEqual([second!.id, second!.attempt, second!.priority], [job.id, 2, 3])
    assert.ok(second!.fence > first!.fence)
  })

  promise('what is released waits as if it had not been taken', async ({ queue }) => {
    const job = newJob()
    await queue.add([job])
    const [first] = await take(queue)
    assert.deepEqual(await queue.settle([{ kind: 'release', hold: first! }]), [])
    const [second] = await take(queue)
    assert.deepEqual([second!.id, second!.attempt], [job.id, 1])
    assert.ok(second!.fence > first!.fence)
  })

  promise('what is dead is not handed out, until somebody lets it be tried again', async ({ queue }) => {
    const jobs = [newJob(), newJob(), newJob({ name: 'b' })]
    await queue.add(jobs)
    await queue.settle((await takeAll(queue, 3)).map(dead))
    assert.deepEqual(await claim(queue), [])
    const found = await queue.find(jobs[0]!.id)
    assert.deepEqual([found!.state, found!.lastError, found!.failures], ['dead', 'no use', 1])
    assert.deepEqual(found!.input, jobs[0]!.input)
    assert.equal(await queue.retry({ ids: [jobs[0]!.id, newId()] }), 1)
    const [again] = await take(queue)
    assert.deepEqual([again!.id, again!.attempt], [jobs[0]!.id, 1])
    assert.equal(await queue.retry({ name: 'b' }), 1)
    assert.deepEqual(idsOf(await take(queue)), [jobs[2]!.id])
    assert.equal((await queue.find(jobs[1]!.id))!.state, 'dead')
  })

  promise(
    'many end at once, each as it is said, and those of others are told',
    async ({ queue, pass, another, nowMs }) => {
      await queue.add(Array.from({ length: 50 }, () => newJob()))
      const lost = await takeAll(queue, 50)
      await pass(leaseMs + 200)
      const held = await takeAll(await another(), 50)
      const moment = new Date(nowMs() + 60_000).toISOString()
      const kinds: ((hold: ClaimedJob) => Outcome)[] = [
        done,
        dead,
        (hold) => ({ kind: 'retry', hold, runAt: moment, error: 'later' }),
        (hold) => ({ kind: 'cancelled', hold, keepMs: 60_000, error: 'enough' }),
        (hold) => ({ kind: 'done', hold, keepMs: 60_000 }),
      ]
      assert.deepEqual(
        (await queue.settle(lost.map((hold, index) => kinds[index % 5]!(hold)))).toSorted(),
        idsOf(lost).toSorted(),
      )
      assert.deepEqual(await queue.settle(held.map((hold, index) => kinds[index % 5]!(hold))), [])
      assert.deepEqual(await statesOf(queue), { waiting: 10, dead: 10, cancelled: 10, done: 10 })
      assert.deepEqual(await queue.settle([]), [])
    },
  )
}

function keyPromises(promise: Promises): void {
  promise(
    'the next one is handed out when the one before it has ended, whatever its priority',
    async ({ queue, another }) => {
      const other = await another()
      const jobs = [newJob({ key: 'k' }), newJob({ key: 'k', priority: 0 }), newJob({ key: 'k' })]
      for (const job of jobs) await queue.add([job])
      const free = [newJob({ key: 'l' }), newJob({ name: 'b', key: 'k' }), newJob()]
      await queue.add(free)
      const [first, ...others] = (await takeAll(queue, 4)).toSorted((one) => (one.id === jobs[0]!.id ? -1 : 1))
      assert.equal(first!.id, jobs[0]!.id)
      assert.deepEqual(idsOf(others).toSorted(), idsOf(free).toSorted())
      assert.deepEqual(await claim(other), [])
      await queue.settle([done(first!)])
      const [second] = await take(other)
      assert.equal(second!.id, jobs[1]!.id)
      assert.deepEqual(await claim(queue), [])
      await other.settle([dead(second!)])
      assert.deepEqual(idsOf(await take(queue)), [jobs[2]!.id])
    },
  )

  promise(
    'those behind wait while one is to be tried again, is taken back or is released',
    async ({ queue, pass, nowMs }) => {
      const jobs = [newJob({ key: 'k' }), newJob({ key: 'k' })]
      for (const job of jobs) await queue.add([job])
      const [failed] = await take(queue)
      await queue.settle([{ kind: 'retry', hold: failed!, runAt: new Date(nowMs() + 300).toISOString(), error: 'no' }])
      assert.deepEqual(await claim(queue), [])
      await pass(400)
      const [forgotten] = await take(queue)
      assert.equal(forgotten!.id, jobs[0]!.id)
      await pass(leaseMs + 200)
      const [released] = await take(queue)
      assert.equal(released!.id, jobs[0]!.id)
      await queue.settle([{ kind: 'release', hold: released! }])
      const [last] = await take(queue)
      assert.equal(last!.id, jobs[0]!.id)
      await queue.settle([{ kind: 'cancelled', hold: last!, keepMs: 0, error: 'enough' }])
      assert.deepEqual(idsOf(await take(queue)), [jobs[1]!.id])
    },
  )

  promise('a moment of its own does not let one overtake', async ({ queue, pass, nowMs }) => {
    const jobs = [newJob({ key: 'k', runAt: new Date(nowMs() + 300).toISOString() }), newJob({ key: 'k' })]
    for (const job of jobs) await queue.add([job])
    assert.deepEqual(await claim(queue), [])
    await pass(400)
    const [first] = await take(queue)
    assert.equal(first!.id, jobs[0]!.id)
    await queue.settle([done(first!)])
    assert.deepEqual(idsOf(await take(queue)), [jobs[1]!.id])
  })

  promise('one that is removed or cancelled while it waits keeps nobody waiting', async ({ queue }) => {
    const jobs = Array.from({ length: 4 }, () => newJob({ key: 'k' }))
    for (const job of jobs) await queue.add([job])
    const [first] = await take(queue)
    assert.equal(await queue.cancel(jobs[1]!.id), 'removed')
    assert.equal(await queue.remove({ ids: [jobs[2]!.id] }), 1)
    assert.deepEqual(await claim(queue), [])
    await queue.settle([done(first!)])
    assert.deepEqual(idsOf(await take(queue)), [jobs[3]!.id])
  })

  promise('many who take and settle at once keep the order of each key', async ({ queue, another }) => {
    const queues = [queue, await another(), await another()]
    const jobs = Array.from({ length: 90 }, (_, index) => newJob({ key: `k${index % 6}` }))
    for (const job of jobs) await queue.add([job])
    const seen = new Map<string, string[]>()
    const underWay = new Set<string>()
    let count = 0
    const work = async (from: Queue) => {
      while (count < jobs.length) {
        const taken = await claim(from, { limit: 4 })
        for (const { id, key } of taken) {
          assert.ok(!underWay.has(key!), `two of ${key} at once`)
          underWay.add(key!)
          seen.set(key!, [...(seen.get(key!) ?? []), id])
        }
        if (taken.length === 0) await sleep(2)
        else await sleep(1)
        for (const { key } of taken) underWay.delete(key!)
        await from.settle(taken.map(done))
        count += taken.length
      }
    }
    await Promise.race([Promise.all(queues.map(work)), sleep(20_000)])
    assert.equal(count, jobs.length)
    for (let key = 0; key < 6; key += 1)
      assert.deepEqual(seen.get(`k${key}`), idsOf(jobs.filter((job) => job.key === `k${key}`)))
  })
}

function tendingPromises(promise: Promises): void {
  promise('one that waits is cancelled at once, one that runs by its holder', async ({ queue, another }) => {
    const jobs = [newJob(), newJob()]
    await queue.add(jobs)
    const [held] = await take(queue, { limit: 1 })
    const other = await another()
    const waiting = jobs.find(({ id }) => id !== held!.id)!
    const told = new Promise<string>((resolve) => queue.listen({ onJobs() {}, onCancel: resolve }))
    assert.equal(await other.cancel(waiting.id), 'removed')
    assert.equal(await other.find(waiting.id), undefined)
    assert.equal(await other.cancel(held!.id), 'told')
    assert.equal(await Promise.race([told, sleep(5_000)]), held!.id)
    assert.deepEqual(await queue.extend([held!], leaseMs), { lost: [], cancelled: [held!.id] })
    await queue.settle([{ kind: 'cancelled', hold: held!, keepMs: 60_000, error: 'enough' }])
    const found = await queue.find(held!.id)
    assert.deepEqual([found!.state, found!.lastError], ['cancelled', 'enough'])
    assert.equal(await queue.cancel(held!.id), undefined)
    assert.equal(await queue.cancel(newId()), undefined)
    assert.equal(await queue.cancel('nonsense'), undefined)
  })

  promise('each can be looked at: its state, its holder and how far it is', async ({ queue, nowMs }) => {
    const runAt = new Date(nowMs() + 60_000).toISOString()
    const jobs = [newJob(), newJob({ runAt }), newJob({ name: 'b', key: 'k', priority: 9 })]
    for (const job of jobs) await queue.add([job])
    const [held] = await take(queue, { places: { a: 1 } })
    assert.equal(await queue.progress(held!, 42), true)
    const found = await queue.find(jobs[0]!.id)
    assert.deepEqual([found!.state, found!.progress, found!.holder], ['running', 42, 'test'])
    const later = await queue.find(jobs[1]!.id)
    assert.deepEqual([later!.state, later!.runAt], ['waiting', runAt])
    const keyed = await queue.find(jobs[2]!.id)
    assert.deepEqual([keyed!.state, keyed!.key, keyed!.priority, keyed!.name], ['waiting', 'k', 9, 'b'])
    assert.equal(await queue.find(newId()), undefined)
    assert.equal(await queue.find('nonsense'), undefined)
  })

  promise('lists have the latest first, by state and name, page by page', async ({ queue }) => {
    const jobs = Array.from({ length: 7 }, (_, index) => newJob({ name: index % 2 === 0 ? 'a' : 'b' }))
    for (const job of jobs) await queue.add([job])
    const latest = idsOf(jobs).toReversed()
    assert.deepEqual(idsOf(await queue.list({ limit: 200 })), latest)
    assert.deepEqual(idsOf(await queue.list({ limit: 3 })), latest.slice(0, 3))
    assert.deepEqual(idsOf(await queue.list({ limit: 3, after: latest[2]! })), latest.slice(3, 6))
    assert.deepEqual(idsOf(await queue.list({ limit: 9, name: 'b' })).length, 3)
    const [held] = await take(queue, { places: { a: 1 } })
    assert.deepEqual(idsOf(await queue.list({ limit: 9, state: 'running' })), [held!.id])
    assert.equal((await queue.list({ limit: 9, state: 'waiting', name: 'a' })).length, 3)
    assert.deepEqual(await queue.list({ limit: 9, state: 'dead' }), [])
  })

  promise('they are counted by name and state', async ({ queue, nowMs }) => {
    const runAt = new Date(nowMs() + 60_000).toISOString()
    await queue.add([newJob(), newJob({ runAt }), newJob({ key: 'k' }), newJob({ key: 'k' }), newJob({ name: 'b' })])
    await take(queue, { places: { b: 1 } })
    const counts = (await queue.count()).map(({ name, state, count }) => `${name} ${state} ${count}`)
    assert.deepEqual(counts.toSorted(), ['a waiting 4', 'b running 1'])
  })

  promise('what is not held can be removed, what is held stays', async ({ queue }) => {
    await queue.add(Array.from({ length: 5 }, () => newJob()))
    const [held, gone] = await takeAll(queue, 2, { limit: 2 })
    await queue.settle([dead(gone!)])
    assert.equal(await queue.remove({ ids: [held!.id, gone!.id, newId(), 'nonsense'] }), 1)
    assert.equal(await queue.remove({ name: 'a', state: 'waiting' }), 3)
    assert.equal(await queue.remove({ name: 'b', state: 'dead' }), 0)
    assert.deepEqual(await statesOf(queue), { running: 1 })
  })

  promise('dead ones are removed when their time is over', async ({ queue, pass }) => {
    await queue.add([newJob(), newJob()])
    const [first, second] = await takeAll(queue, 2)
    await queue.settle([{ ...dead(first!), keepMs: 300 }, dead(second!)])
    await pass(500)
    assert.equal(await queue.removeOld(), 1)
    assert.deepEqual(idsOf(await queue.list({ limit: 9 })), [second!.id])
  })

  promise('inputs of dead ones are emptied, of those names and before that moment', async ({ queue, pass, nowMs }) => {
    const jobs = [newJob(), newJob({ name: 'b' }), newJob()]
    await queue.add(jobs.slice(0, 2))
    await queue.settle((await takeAll(queue, 2)).map(dead))
    await pass(100)
    const before = new Date(nowMs()).toISOString()
    await pass(100)
    await queue.add(jobs.slice(2))
    await queue.settle((await take(queue)).map(dead))
    assert.equal(await queue.forgetInputs(['a', 'c'], before), 1)
    assert.equal(await queue.forgetInputs(['a', 'c'], before), 0)
    const inputs = await Promise.all(jobs.map(async ({ id }) => (await queue.find(id))!.input))
    assert.deepEqual(inputs, [{}, jobs[1]!.input, jobs[2]!.input])
  })
}

function newsPromises(promise: Promises): void {
  promise('a moment that a wrong clock has told does not silence a schedule', async ({ queue, nowMs }) => {
    const inMs = (ms: number) => new Date(nowMs() + ms).toISOString()
    const [future, soon, now] = [inMs(10 * 365 * 86_400_000), inMs(60_000), inMs(0)]
    assert.equal(await queue.tick('nightly', future, undefined), true)
    assert.equal(await queue.tick('nightly', soon, undefined), true)
    assert.equal(await queue.tick('nightly', now, undefined), false, 'clocks differ by moments')
    assert.equal(await queue.lastTick('nightly'), soon)
  })

  promise(
    'a moment of a schedule counts once, whoever comes, also long after its job has ended',
    async ({ queue, another, nowMs }) => {
      const other = await another()
      assert.equal(await queue.lastTick('nightly'), undefined)
      const moments = [2, 1].map((days) => new Date(nowMs() - days * 86_400_000).toISOString())
      assert.equal(await queue.tick('nightly', moments[0]!, undefined), true)
      assert.equal(await other.lastTick('nightly'), moments[0])
      const ticks = await Promise.all(
        [queue, other, queue, other].map((one) => one.tick('nightly', moments[1]!, newJob())),
      )
      assert.equal(ticks.filter((isFirst) => isFirst).length, 1)
      await queue.settle((await take(queue)).map(done))
      assert.equal(await other.tick('nightly', moments[1]!, newJob()), false)
      assert.equal(await other.tick('nightly', moments[0]!, newJob()), false)
      assert.equal(await other.tick('weekly', moments[0]!, newJob()), true)
      assert.equal((await takeAll(queue, 1)).length, 1)
      assert.deepEqual(await claim(queue), [])
      assert.equal(await queue.lastTick('nightly'), moments[1])
    },
  )

  promise('listeners hear of jobs, here and elsewhere, until they end it', async ({ queue, another }) => {
    const other = await another()
    const heard = { here: 0, there: 0, ended: 0 }
    queue.listen({ onJobs: () => void heard.here++, onCancel() {} })
    other.listen({ onJobs: () => void heard.there++, onCancel() {} })
    const end = other.listen({ onJobs: () => void heard.ended++, onCancel() {} })
    end()
    end()
    await queue.add([newJob()])
    await until(() => heard.here > 0 && heard.there > 0)
    assert.equal(heard.ended, 0)
    const before = { ...heard }
    await sleep(50)
    await other.add([newJob({ key: 'k' })])
    await until(() => heard.here > before.here && heard.there > before.there)
  })
}

// ── what the tests say

function newJob(change: Partial<NewJob> = {}): NewJob {
  return { id: newId(), name: 'a', input: { number: Math.random() }, priority: 50, ...change }
}

interface ClaimChange {
  readonly places?: Readonly<Record<string, number>>
  readonly limit?: number
}

async function claim(queue: Queue, { places = { a: 1_000, b: 1_000 }, limit = 1_000 }: ClaimChange = {}) {
  const request = { places: new Map(Object.entries(places)), limit, leaseMs, holder: 'test', isThorough: true }
  return (await queue.claim(request)).jobs
}

/** Some adapters are told a moment later. */
async function take(queue: Queue, change?: ClaimChange): Promise<readonly ClaimedJob[]> {
  return takeAll(queue, 1, change)
}

async function takeAll(queue: Queue, count: number, change?: ClaimChange): Promise<readonly ClaimedJob[]> {
  const taken: ClaimedJob[] = []
  for (let round = 0; round < 400 && taken.length < count; round += 1) {
    if (round > 0) await sleep(5)
    taken.push(...(await claim(queue, change)))
  }
  assert.ok(taken.length >= count, `${taken.length} of ${count} jobs came`)
  return taken
}

function done(hold: ClaimedJob): Extract<Outcome, { kind: 'done' }> {
  return { kind: 'done', hold, keepMs: 0 }
}

function dead(hold: ClaimedJob): Extract<Outcome, { kind: 'dead' }> {
  return { kind: 'dead', hold, keepMs: 60_000, error: 'no use' }
}

function retry(hold: ClaimedJob, atMs: number): Outcome {
  return { kind: 'retry', hold, runAt: new Date(atMs).toISOString(), error: 'no' }
}

function idsOf(jobs: readonly { readonly id: string }[]): readonly string[] {
  return jobs.map(({ id }) => id)
}

async function statesOf(queue: Queue): Promise<Partial<Record<JobState, number>>> {
  const counts: Partial<Record<JobState, number>> = {}
  for (const { state, count } of await queue.count()) counts[state] = (counts[state] ?? 0) + count
  return counts
}

function isError(code: string) {
  return (error: unknown) => error instanceof GalleyError && error.code === code
}

async function until(isSo: () => boolean): Promise<void> {
  for (let waitedMs = 0; !isSo(); waitedMs += 5) {
    if (waitedMs > 5_000) throw new Error('It did not happen for five seconds.')
    await sleep(5)
  }
}
