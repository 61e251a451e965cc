import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  asSystem,
  collection,
  declareFor,
  defineApp,
  everyone,
  instant,
  integer,
  type Job,
  type Jobs,
  text,
  Undeliverable,
} from 'galley'
import { defineFeature, type Queue, type SystemEffects } from 'galley/plugin'
import { createTestApp, type TestApp } from 'galley/testing'
import { databases } from '../databases.ts'

const orders = collection('orders', {
  fields: { total: integer(), confirmedAt: instant({ optional: true }) },
  rules: { read: everyone() },
})
const { action, job } = declareFor([orders])

for (const { name, url } of databases) {
  describe(`jobs on ${name}`, () => {
    /** One place where several processes can meet; SQLite in memory is for one alone. */
    const placeOf = async () => ({ database: await url(), clock: steerableClock() })

    test('what an action adds is done once its transaction is committed, with the checked input', async () => {
      const seen: unknown[] = []
      const confirm = job('orders.confirm', {
        input: { order: text(), copies: integer({ default: 1 }) },
        async run({ input, db, attempt, fence, now }) {
          seen.push({ ...input, attempt, fence })
          await db.orders.update(input.order, { confirmedAt: now })
        },
      })
      const buy = action('orders', 'buy', {
        on: 'collection',
        input: { total: integer() },
        output: 'orders',
        allow: everyone(),
        async run({ db, input, jobs }) {
          const order = await asSystem(db).orders.create({ total: input.total })
          await jobs.add(confirm, { order: order.id })
          if (input.total < 0) throw new Error('no')
          return order.id
        },
      })
      await using place = await open(await placeOf(), [confirm], [buy])
      const { app } = place
      const { id } = (await (await app.fetch('/api/orders/buy', post({ total: 5 }))).json()) as { id: string }
      assert.equal((await app.system.orders.get(id)).confirmedAt, null)
      assert.equal((await app.fetch('/api/orders/buy', post({ total: -5 }))).status, 500)
      assert.deepEqual(await app.open.deliverNow(), { delivered: 1, failures: [] })
      assert.deepEqual(seen, [{ order: id, copies: 1, attempt: 1, fence: 1 }])
      assert.notEqual((await app.system.orders.get(id)).confirmedAt, null)
      assert.deepEqual(await app.open.queue.count(), [])
    })

    test('an input that the job does not take is refused with pointers, and nothing is stored', async () => {
      const print = job('orders.print', { input: { order: text(), copies: integer({ max: 9 }) }, run() {} })
      await using place = await open(await placeOf(), [print])
      const { add, app } = place
      await assert.rejects(add('orders.print', { order: 1, copies: 10, pages: 2 }), (error: any) => {
        assert.equal(error.code, 'operation_invalid')
        const pointers = error.issues.map(({ pointer }: { pointer: string }) => pointer)
        assert.deepEqual(pointers.toSorted(), ['/copies', '/order', '/pages'])
        return true
      })
      for (const options of [{ priority: 101 }, { key: '' }, { key: 'x'.repeat(201) }, { runAt: 'tomorrow' }])
        await assert.rejects(add(print, { order: 'a', copies: 1 }, options), { code: 'operation_job_option' })
      const stranger = job('orders.stranger', { run() {} })
      await assert.rejects(add(stranger, {}), { code: 'operation_job_unknown' })
      await assert.rejects(add('orders.prin', { order: 'a', copies: 1 }), {
        code: 'operation_job_unknown',
        message: /There is no job orders\.prin in this application\. Did you mean orders\.print\?/,
      })
      await assert.rejects(add(print, { order: 'x'.repeat(300_000), copies: 1 }), { code: 'operation_invalid' })
      assert.deepEqual(await app.open.queue.count(), [])
    })

    test('a job that cannot be stored undoes the transaction that adds it', async () => {
      const note = job('orders.note', { run() {} })
      await using place = await open(await placeOf(), [note])
      const { app, transaction } = place
      await app.open.database.transaction(async (tx) => tx.script('alter table galley_jobs rename to gone'))
      const made = transaction(async ({ jobs, db }) => {
        await db.orders!.create({ total: 1 })
        return jobs.add(note, {})
      })
      await assert.rejects(made, /galley_jobs/)
      assert.equal(await app.system.orders.count(), 0)
    })

    test('of many transactions that add a job each, while the database is busy, none loses it', async () => {
      let done = 0
      const note = job('orders.note', { input: { n: integer() }, run: () => void done++ })
      await using place = await open(await placeOf(), [note])
      const { app, transaction } = place
      await Promise.all(
        Array.from({ length: 150 }, (_, n) =>
          transaction(async ({ jobs, db }) => {
            await db.orders!.create({ total: n })
            for (const untilMs = performance.now() + 6 * (n % 2); performance.now() < untilMs; ); // the turn is over
            return jobs.add(note, { n })
          }),
        ),
      )
      await app.open.deliverNow()
      assert.equal(done, 150)
    })

    test('what fails is tried again later and later, then kept among the dead, and can be tried anew', async () => {
      const at = await placeOf()
      let isBroken = true
      const attempts: number[] = []
      const fragile = job('orders.fragile', {
        input: { secret: text() },
        retry: { attempts: 3, delay: '10s', factor: 3 },
        run({ attempt }) {
          attempts.push(attempt)
          if (isBroken) throw new Error(`attempt ${attempt} failed`)
        },
      })
      await using place = await open(at, [fragile])
      const { app, add } = place
      const id = await add(fragile, { secret: 's' })
      const failures = async () => (await app.open.deliverNow()).failures.map(({ error }) => (error as Error).message)
      assert.deepEqual(await failures(), ['attempt 1 failed'])
      at.clock.pass(7_000)
      assert.deepEqual(await failures(), [])
      at.clock.pass(5_100)
      assert.deepEqual(await failures(), ['attempt 2 failed'])
      at.clock.pass(23_000)
      assert.deepEqual(await failures(), [])
      at.clock.pass(13_100)
      assert.deepEqual(await failures(), ['attempt 3 failed'])
      at.clock.pass(10_000_000)
      assert.deepEqual(await failures(), [])
      const dead = await app.open.queue.find(id!)
      assert.deepEqual([dead!.state, dead!.failures, dead!.lastError], ['dead', 3, 'attempt 3 failed'])
      isBroken = false
      assert.equal(await app.open.queue.retry({ ids: [id!] }), 1)
      assert.deepEqual(await app.open.deliverNow(), { delivered: 1, failures: [] })
      assert.deepEqual(attempts, [1, 2, 3, 1])
    })

    test('what cannot be done is dead at once, for 30 days; what is secret in it for a day', async () => {
      const at = await placeOf()
      const fail = () => {
        throw new Undeliverable('nobody lives there')
      }
      const open_ = job('orders.open', { input: { to: text() }, run: fail })
      const secret = job('orders.secret', { input: { to: text() }, isSecret: true, run: fail })
      await using place = await open(at, [open_, secret])
      const { app, add } = place
      const ids = [await add(open_, { to: 'a' }), await add(secret, { to: 'a' })]
      assert.equal((await app.open.deliverNow()).failures.length, 2)
      const inputs = async () => {
        await app.open.tidy()
        return Promise.all(ids.map(async (id) => (await app.open.queue.find(id!))?.input))
      }
      at.clock.pass(86_000_000)
      assert.deepEqual(await inputs(), [{ to: 'a' }, { to: 'a' }])
      at.clock.pass(1_000_000)
      assert.deepEqual(await inputs(), [{ to: 'a' }, {}])
      at.clock.pass(28 * 86_400_000)
      assert.deepEqual(await inputs(), [{ to: 'a' }, {}])
      at.clock.pass(2 * 86_400_000)
      assert.deepEqual(await inputs(), [undefined, undefined])
    })

    test('the most urgent is done first, then what was due first; later is later', async () => {
      const at = await placeOf()
      const seen: string[] = []
      const note = job('orders.note', {
        input: { what: text() },
        concurrency: 1,
        run: ({ input }) => void seen.push(input.what),
      })
      await using place = await open(at, [note])
      const { app, add } = place
      await add(note, { what: 'third' })
      await add(note, { what: 'last' }, { priority: 90 })
      await add(note, { what: 'first' }, { priority: 0 })
      await add(note, { what: 'tomorrow' }, { runAt: new Date(at.clock.nowMs() + 86_400_000), priority: 0 })
      await add(note, { what: 'second' }, { priority: 10, runAt: new Date(0).toISOString() })
      await app.open.deliverNow()
      assert.deepEqual(seen, ['first', 'second', 'third', 'last'])
      at.clock.pass(86_400_000)
      await app.open.deliverNow()
      assert.equal(seen.at(-1), 'tomorrow')
    })

    test('no more of a job run at once than it says, and those of one key one after the other', async () => {
      const underWay = new Map<string, number>()
      const most = new Map<string, number>()
      const order: number[] = []
      const counting = (name: string, concurrency: number | undefined) =>
        job(`orders.${name}`, {
          input: { number: integer() },
          ...(concurrency !== undefined && { concurrency }),
          async run({ input, key }) {
            const count = (underWay.get(name) ?? 0) + 1
            underWay.set(name, count)
            most.set(name, Math.max(most.get(name) ?? 0, count))
            await sleep(2)
            if (key !== undefined) order.push(input.number)
            underWay.set(name, underWay.get(name)! - 1)
          },
        })
      const [few, many, ordered] = [counting('few', 3), counting('many', undefined), counting('ordered', undefined)]
      await using place = await open(await placeOf(), [few, many, ordered])
      const { app, add } = place
      for (let number = 0; number < 30; number += 1) {
        await add(few, { number })
        await add(many, { number })
        await add(ordered, { number }, { key: 'k', priority: number % 3 })
      }
      app.open.startDelivering()
      await until(async () => (await app.open.queue.count()).length === 0)
      assert.ok(most.get('few')! <= 3 && most.get('few')! > 1, `${most.get('few')}`)
      assert.ok(most.get('many')! <= 20 && most.get('many')! > 3, `${most.get('many')}`)
      assert.equal(most.get('ordered'), 1)
      assert.deepEqual(
        order,
        Array.from({ length: 30 }, (_, number) => number),
      )
    })

    test('one that is the same and waits already is not added again', async () => {
      const seen: string[] = []
      const sync = job('orders.sync', {
        input: { order: text() },
        unique: true,
        run: ({ input }) => void seen.push(input.order),
      })
      await using place = await open(await placeOf(), [sync])
      const { app, add } = place
      const ids = [await add(sync, { order: 'a' }), await add(sync, { order: 'a' }), await add(sync, { order: 'b' })]
      assert.deepEqual(
        ids.map((id) => typeof id),
        ['string', 'undefined', 'string'],
      )
      await app.open.deliverNow()
      assert.equal(typeof (await add(sync, { order: 'a' })), 'string')
      await app.open.deliverNow()
      assert.deepEqual(seen, ['a', 'b', 'a'])
    })

    test('what takes longer than its time is told to end, and has failed', async () => {
      const reasons: unknown[] = []
      const slow = job('orders.slow', {
        timeout: '1s',
        retry: { attempts: 1 },
        async run({ signal }) {
          signal.addEventListener('abort', () => reasons.push(signal.reason))
          await sleep(20_000, undefined, { signal }).catch(() => new Promise(() => {})) // and it does not listen
        },
      })
      await using place = await open(await placeOf(), [slow])
      const { app, add } = place
      const id = await add(slow, {})
      const { failures } = await app.open.deliverNow()
      assert.equal((failures[0]!.error as { code?: string }).code, 'job_timed_out')
      assert.equal((reasons[0] as { code?: string }).code, 'job_timed_out')
      assert.equal((await app.open.queue.find(id!))!.state, 'dead')
    })

    test('one that runs shows how far it is, and ends when it is cancelled', async () => {
      const long = job('orders.long', {
        async run({ signal, progress }) {
          await progress(40)
          await sleep(20_000, undefined, { signal })
        },
      })
      await using place = await open(await placeOf(), [long])
      const { app, add } = place
      const id = await add(long, {})
      app.open.startDelivering()
      const found = () => app.open.queue.find(id!)
      await until(async () => (await found())?.progress === 40)
      assert.equal((await found())!.state, 'running')
      assert.match((await found())!.holder!, new RegExp(` ${process.pid}$`))
      assert.equal(await app.open.queue.cancel(id!), 'told')
      await until(async () => (await found())?.state === 'cancelled')
      const waiting = await add(long, {}, { runAt: new Date(Date.now() + 1e9) })
      assert.equal(await app.open.queue.cancel(waiting!), 'removed')
    })

    test('who has lost a job commits nothing more, and whoever took it over does', async () => {
      const at = await placeOf()
      const started = Promise.withResolvers<void>()
      const goOn = Promise.withResolvers<void>()
      const outcomes: string[] = []
      const make = job('orders.make', {
        async run({ transaction, attempt }) {
          if (attempt === 1) {
            started.resolve()
            await goOn.promise
          }
          await transaction(({ db }) => db.orders.create({ total: attempt })).then(
            () => outcomes.push(`${attempt} committed`),
            (error) => outcomes.push(`${attempt} ${error.code}`),
          )
        },
      })
      await using place = await open(at, [make])
      const { app, add } = place
      const id = await add(make, {})
      app.open.startDelivering()
      await started.promise
      await sleep(100) // until this process has seen that there is nothing else to do
      at.clock.pass(21_000)
      // Somebody else, who does not know of the first one.
      const {
        jobs: [taken],
      } = await app.open.queue.claim({
        places: new Map([['orders.make', 1]]),
        limit: 1,
        leaseMs: 20_000,
        holder: 'other',
        isThorough: true,
      })
      assert.deepEqual([taken!.id, taken!.attempt, taken!.fence], [id, 2, 2])
      goOn.resolve()
      await until(async () => outcomes.length === 1)
      await sleep(50)
      assert.equal((await app.open.queue.find(id!))!.holder, 'other', 'the end of the first one did not count')
      await app.open.queue.settle([{ kind: 'release', hold: taken! }])
      await until(async () => outcomes.length === 2)
      assert.deepEqual(outcomes, ['1 operation_job_lost', '2 committed'])
      assert.deepEqual(
        (await app.system.orders.find()).data.map(({ total }) => total),
        [2],
      )
    })

    test('a transaction of a job adds jobs and events, all or none', async () => {
      const heard: unknown[] = []
      let isFirst = true
      const second = job('orders.second', { input: { n: integer() }, run: ({ input }) => void heard.push(input) })
      const first = job('orders.first', {
        retry: { attempts: 1 },
        async run({ transaction }) {
          await transaction(async ({ jobs, events, db }) => {
            await jobs.add(second, { n: 1 })
            await events.add('orders.told', { n: 2 })
            await db.orders.create({ total: 3 })
            if (isFirst) throw new Error('undone')
          })
        },
      })
      const listener = defineFeature({
        name: 'listener',
        start: () => ({ deliver: { 'orders.told': async ({ payload }) => void heard.push(payload) } }),
      })
      await using place = await open(await placeOf(), [first, second], [], [listener])
      const { app, add } = place
      await add(first, {})
      assert.equal((await app.open.deliverNow()).failures.length, 1)
      isFirst = false
      await add(first, {})
      assert.deepEqual(await app.open.deliverNow(), { delivered: 3, failures: [] })
      assert.deepEqual(
        heard.toSorted((one: any, other: any) => one.n - other.n),
        [{ n: 1 }, { n: 2 }],
      )
      assert.equal(await app.system.orders.count(), 1)
    })

    test('a schedule adds its job at each moment, in its time zone, and what was missed once', async () => {
      const at = await placeOf()
      at.clock.set('2026-03-27T12:00:00Z')
      const times: string[] = []
      const nightly = job('orders.nightly', {
        schedule: '0 3 * * *',
        timeZone: 'Europe/Berlin',
        run: ({ now }) => void times.push(now),
      })
      await using place = await open(at, [nightly])
      const { app } = place
      const goTo = async (moment: string) => {
        at.clock.set(moment)
        await app.open.deliverNow()
      }
      await goTo('2026-03-27T12:00:00Z')
      await goTo('2026-03-28T01:59:59Z')
      assert.deepEqual(times, [], 'nothing is made up for that was due before it was there')
      await goTo('2026-03-28T02:00:00Z')
      await goTo('2026-03-28T02:00:30Z')
      assert.deepEqual(times, ['2026-03-28T02:00:00.000Z'])
      // Clocks go forward.
      await goTo('2026-03-29T00:59:59Z')
      await goTo('2026-03-29T01:00:01Z')
      assert.deepEqual(times.slice(1), ['2026-03-29T01:00:01.000Z'])
      await goTo('2026-04-05T12:00:00Z')
      await goTo('2026-04-05T12:00:01Z')
      assert.deepEqual(times.slice(2), ['2026-04-05T12:00:00.000Z'])
    })

    test('closing finishes what is under way, and what is not begun is there for the next', async () => {
      const done: number[] = []
      const slow = job('orders.slow', {
        input: { n: integer() },
        concurrency: 2,
        async run({ input }) {
          await sleep(60)
          done.push(input.n)
        },
      })
      const at = await placeOf()
      const database = await databaseThatStays(at.database)
      {
        await using place = await open({ ...at, database }, [slow])
        for (let n = 0; n < 5; n += 1) await place.add(slow, { n })
        place.app.open.startDelivering()
        await sleep(30)
      }
      assert.deepEqual(done, [0, 1])
      await using place = await open({ ...at, database }, [slow])
      assert.deepEqual(await place.app.open.deliverNow(), { delivered: 3, failures: [] })
    })

    test('closing comes to its end although nobody can be told how a job ended', async () => {
      const started = Promise.withResolvers<void>()
      const slow = job('orders.slow', {
        async run() {
          started.resolve()
          await sleep(100)
        },
      })
      const place = await open(await placeOf(), [slow])
      await place.add(slow, {})
      place.app.open.startDelivering()
      await started.promise
      await place.app.open.database.transaction(async (tx) => tx.script('alter table galley_jobs rename to gone'))
      const beganMs = performance.now()
      await place.app.close()
      assert.ok(performance.now() - beganMs < 8_000)
    })

    test('several processes share the work, each job is done once, and one that only serves does none', async () => {
      const database = await databaseThatStays((await placeOf()).database)
      const doneBy = new Map<number, string[]>()
      const openNamed = (who: string) => {
        const share = job('orders.share', {
          input: { n: integer() },
          async run({ input }) {
            await sleep(1)
            doneBy.set(input.n, [...(doneBy.get(input.n) ?? []), who])
          },
        })
        return open({ database, clock: steerableClock() }, [share])
      }
      await using serving = await openNamed('serving')
      await using one = await openNamed('one')
      await using two = await openNamed('two')
      serving.app.open.startDelivering({ works: false })
      for (let n = 0; n < 200; n += 1) await serving.add('orders.share', { n })
      one.app.open.startDelivering()
      two.app.open.startDelivering()
      await until(async () => doneBy.size === 200)
      assert.ok([...doneBy.values()].every((by) => by.length === 1))
      assert.deepEqual([...new Set([...doneBy.values()].flat())].toSorted(), ['one', 'two'])
    })
  })
}

test('who has fetched quick jobs ahead does not sit on slow ones that others could do', async () => {
  const database = await databaseThatStays('sqlite::memory:')
  const doneBy = new Map<number, string>()
  const openNamed = (who: string) => {
    const share = job('orders.share', {
      input: { n: integer() },
      async run({ input }) {
        if (input.n >= 3_000) await sleep(1_000)
        doneBy.set(input.n, who)
      },
    })
    return open({ database, clock: steerableClock() }, [share])
  }
  await using one = await openNamed('one')
  await one.transaction(async ({ jobs }) => {
    for (let n = 0; n < 3_240; n += 1) await jobs.add('orders.share', { n })
    return undefined
  })
  one.app.open.startDelivering()
  await until(async () => doneBy.size === 3_000)
  await using two = await openNamed('two')
  two.app.open.startDelivering()
  // It hears of nothing, and looks every second.
  await until(async () => [...doneBy.values()].includes('two'))
  assert.ok(doneBy.size < 3_240)
})

test('jobs that cannot be meant are told with their paths, all at once', async () => {
  const bad = [
    job('Bad name', { run() {} }),
    job('orders.twice', { run() {} }),
    job('orders.twice', { run() {} }),
    job('orders.options', {
      timeout: '25h',
      concurrency: 0,
      priority: 101,
      timeZone: 'UTC',
      keepFor: 'forever' as '1d',
      retry: { attempts: 0, factor: 1, delay: '5 s' as '5s' },
      run() {},
    }),
    job('orders.scheduled', { input: { order: text() }, schedule: 'every day', run() {} }),
    { ...job('orders.unknown', { run() {} }), options: { atOnce: true } } as unknown as Job,
  ]
  await assert.rejects(createTestApp(defineApp({ name: 'bad', collections: [orders], jobs: bad })), (error: any) => {
    const pointers = error.issues.map(({ pointer }: { pointer: string }) => pointer)
    assert.deepEqual(pointers, [
      'jobs.Bad name',
      'jobs.orders.twice',
      'jobs.orders.options.timeout',
      'jobs.orders.options.concurrency',
      'jobs.orders.options.priority',
      'jobs.orders.options.timeZone',
      'jobs.orders.options.retry.attempts',
      'jobs.orders.options.retry.factor',
      'jobs.orders.options.retry.delay',
      'jobs.orders.options.keepFor',
      'jobs.orders.scheduled.schedule',
      'jobs.orders.scheduled.schedule',
      'jobs.orders.unknown.atOnce',
    ])
    return true
  })
  const mars = job('orders.mars', { schedule: '0 3 * * *', timeZone: 'Mars/Olympus', run() {} })
  await assert.rejects(createTestApp(defineApp({ name: 'mars', collections: [orders], jobs: [mars] })), {
    code: 'job_schedule_invalid',
  })
})

test('a queue that rests elsewhere gets what was committed, once, and nothing that was not', async () => {
  const url = await databaseThatStays('sqlite::memory:')
  const seen: number[] = []
  const note = job('orders.note', { input: { n: integer() }, run: ({ input }) => void seen.push(input.n) })
  // It has a database of its own, and joins no transaction.
  const elsewhere = await createTestApp(defineApp({ name: 'elsewhere', collections: [] }), { database: url })
  const queue = withoutTransactions(elsewhere.open.queue)
  await using place = await open({ database: 'sqlite::memory:', clock: steerableClock(), queue }, [note])
  const { app, add, transaction } = place
  assert.match((await add(note, { n: 1 }, { key: 'k' }))!, /^[0-9a-f-]{36}$/)
  await assert.rejects(
    transaction(async ({ jobs }) => {
      await jobs.add(note, { n: 2 })
      throw new Error('undone')
    }),
    /undone/,
  )
  assert.deepEqual(await queue.count(), [], 'it lies in the outbox')
  assert.deepEqual(await app.open.deliverNow(), { delivered: 2, failures: [] })
  assert.deepEqual(seen, [1])
  assert.deepEqual(await queue.count(), [])
  await elsewhere.close()
})

// ── what the tests say

/** The embedded queue, as one that knows nothing of the application's transactions. */
function withoutTransactions(queue: Queue): Queue {
  return new Proxy(queue, {
    get(target, name) {
      if (name === 'isTransactional') return false
      const value = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

const post = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

interface Place {
  readonly database: string
  readonly clock: ReturnType<typeof steerableClock>
  readonly queue?: Queue
}

/** An application with these jobs, and a way to add some. */
async function open(
  place: Place,
  jobs: readonly Job[],
  actions: NonNullable<Parameters<typeof defineApp>[0]['actions']> = [],
  features: NonNullable<Parameters<typeof defineApp>[0]['features']> = [],
) {
  type Work = (effects: SystemEffects) => Promise<string | undefined>
  let transaction: (work: Work) => Promise<string | undefined>
  const adder = defineFeature({
    name: 'adder',
    start(context) {
      transaction = context.transaction
      return {}
    },
  })
  const declared = defineApp({ name: 'jobs', collections: [orders], actions, jobs, features: [adder, ...features] })
  const app: TestApp<{ orders: typeof orders }> = await createTestApp(declared, place)
  const add = ((...given: Parameters<Jobs['add']>) => transaction(({ jobs }) => jobs.add(...given))) as Jobs['add']
  return { app, add, transaction: (work: Work) => transaction(work), [Symbol.asyncDispose]: () => app.close() }
}

function steerableClock() {
  let plusMs = 0
  return {
    nowMs: () => Date.now() + plusMs,
    pass(ms: number) {
      plusMs += ms
    },
    set(moment: string) {
      const fixedMs = Date.parse(moment)
      this.nowMs = () => fixedMs
    },
  }
}

/** A database in memory is gone when it is closed. */
async function databaseThatStays(url: string): Promise<string> {
  if (!url.startsWith('sqlite')) return url
  const { mkdtempSync, rmSync } = await import('node:fs')
  const { tmpdir } = await import('node:os')
  const folder = mkdtempSync(`${tmpdir()}/galley-jobs-`)
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return `sqlite:${folder}/data.db`
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let waitedMs = 0; !(await isSo()); waitedMs += 10) {
    if (waitedMs > 10_000) throw new Error('It did not happen for ten seconds.')
    await sleep(10)
  }
}
