import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { databases } from '../../../../../tests/databases.ts'
import { createMemoryBus } from '../../adapters/bus/memory/index.ts'
import { MemoryHub } from '../../adapters/bus/memory/memory-hub.fixture.ts'
import { type OpenApp, openApp } from '../../app/open-app.ts'
import { systemClock } from '../../base/clock.ts'
import { silentLog } from '../../base/silent-log.ts'
import { collection, defineApp, text } from '../../index.ts'
import { type DeliveredEntry, defineFeature, type FeatureContext, Undeliverable } from '../../plugin.ts'
import type { Bus } from '../../ports/bus.ts'
import type { Log } from '../../ports/log.ts'
import { sql } from '../../ports/sql.ts'
import { OutboxNews } from '../outbox-news.ts'
import { type Deliver, OutboxRelay } from './outbox-relay.ts'
import { maxAttempts } from './retry-delay.ts'

/** A process of an application that delivers what is called `work` and `more`. */
interface Member {
  readonly open: OpenApp
  readonly seen: DeliveredEntry[]
  readonly context: FeatureContext
  add(...payloads: readonly object[]): Promise<void>
}

const notes = collection('notes', { fields: { body: text() } })

for (const { name, projectUrl } of databases) {
  describe(`the outbox on ${name}`, () => {
    const place = async () => {
      const folder = mkdtempSync(join(tmpdir(), 'galley-relay-'))
      const databaseUrl = (await projectUrl()) || `sqlite:${join(folder, 'app.db')}`
      const members: OpenApp[] = []
      let nowMs = Date.parse('2026-01-01T00:00:00.000Z')
      after(async () => {
        for (const open of members) await open.close()
        rmSync(folder, { recursive: true, force: true })
      })
      return {
        pass: (ms: number) => {
          nowMs += ms
        },
        nowMs: () => nowMs,
        async join(
          work: (entry: DeliveredEntry) => Promise<void> = async () => {},
          parts: { bus?: Bus; log?: Log } = {},
        ) {
          const member = await memberOf(databaseUrl, { nowMs: () => nowMs }, work, parts)
          members.push(member.open)
          return member
        },
      }
    }

    test('what a transaction has added is delivered once it is committed, oldest first, and is gone then', async () => {
      const { join } = await place()
      const { add, open, seen } = await join()
      await add({ number: 1 }, { number: 2 }, { number: 3 })
      assert.deepEqual(await open.deliverNow(), { delivered: 3, failures: [] })
      assert.deepEqual(
        seen.map(({ name, payload, attempt }) => ({ name, payload, attempt })),
        [
          { name: 'work', payload: { number: 1 }, attempt: 1 },
          { name: 'work', payload: { number: 2 }, attempt: 1 },
          { name: 'work', payload: { number: 3 }, attempt: 1 },
        ],
      )
      assert.deepEqual(await entriesOf(open), [])
    })

    test('of a transaction that is rolled back nothing is delivered', async () => {
      const { join } = await place()
      const { context, open, seen } = await join()
      open.startDelivering()
      const failed = context.transaction(async ({ events }) => {
        await events.add('work', {})
        throw new Error('on purpose')
      })
      await assert.rejects(failed, /on purpose/)
      await sleep(30)
      await open.deliverNow()
      assert.deepEqual(seen, [])
    })

    test('a commit in a process that serves wakes it at once; one elsewhere by the bus', async () => {
      const { join } = await place()
      const hub = new MemoryHub(silentLog)
      const serving = await join(undefined, { bus: hub.join() })
      const other = await join(undefined, { bus: hub.join() })
      serving.open.startDelivering()
      await sleep(50) // the look at the start is over
      await serving.add({ from: 'here' })
      await until(() => serving.seen.length === 1)
      await other.add({ from: 'elsewhere' })
      await until(() => serving.seen.length === 2)
      assert.deepEqual(other.seen, [])
    })

    test('of several processes one delivers each entry', async () => {
      const { join } = await place()
      const members = await Promise.all([join(() => sleep(2)), join(() => sleep(2)), join(() => sleep(2))])
      const payloads = Array.from({ length: 90 }, (_, number) => ({ number }))
      await members[0]!.add(...payloads)
      await Promise.all(members.map(({ open }) => open.deliverNow()))
      const seen = members.flatMap((member) => member.seen.map(({ payload }) => (payload as { number: number }).number))
      assert.deepEqual(
        seen.toSorted((one, other) => one - other),
        payloads.map(({ number }) => number),
      )
      assert.deepEqual(await entriesOf(members[0]!.open), [])
    })

    test('what nobody delivers stays as it is', async () => {
      const { join } = await place()
      const { context, open } = await join()
      await context.transaction(({ events }) => events.add('nobody.knows', { a: 1 }))
      await open.deliverNow()
      assert.deepEqual(
        (await entriesOf(open)).map(({ name, attempts }) => ({ name, attempts })),
        [{ name: 'nobody.knows', attempts: 0 }],
      )
    })

    test('what a process had taken when it died is delivered by another, after the lease', async () => {
      const { join, pass } = await place()
      const end = Promise.withResolvers<void>()
      const dying = await join(() => end.promise)
      await dying.add({ number: 1 })
      void dying.open.deliverNow()
      await until(() => dying.seen.length === 1)
      const other = await join()
      pass(59_000)
      await other.open.deliverNow()
      assert.deepEqual(other.seen, [], 'somebody may still be at it')
      pass(1_000)
      await other.open.deliverNow()
      assert.deepEqual(
        other.seen.map(({ attempt }) => attempt),
        [2],
      )
      assert.deepEqual(await entriesOf(other.open), [])
      end.resolve()
    })

    test('a delivery that takes longer than the lease is not given to another as long as it goes on', async () => {
      const { join } = await place()
      const { add, open } = await join()
      await add({ number: 1 })
      const relay = (deliver: Deliver) =>
        new OutboxRelay({
          database: open.database,
          deliveries: new Map([['work', deliver]]),
          news: new OutboxNews(),
          bus: createMemoryBus(silentLog),
          clock: systemClock,
          log: silentLog,
          leaseMs: 150,
        })
      let others = 0
      const long = relay(() => sleep(600)).deliverNow()
      const another = relay(async () => {
        others += 1
      })
      for (let looks = 0; looks < 5; looks += 1) {
        await sleep(100)
        await another.deliverNow()
      }
      assert.equal((await long).delivered, 1)
      assert.equal(others, 0)
      assert.deepEqual(await entriesOf(open), [])
    })

    test('whoever comes back after the lease does not touch what another has taken', async () => {
      const { join, pass } = await place()
      const late = Promise.withResolvers<void>()
      const slow = await join(() => late.promise)
      await slow.add({ number: 1 })
      const slowEnds = slow.open.deliverNow()
      await until(() => slow.seen.length === 1)
      pass(61_000)
      const other = await join(async () => {
        throw new Error('not yet')
      })
      await other.open.deliverNow()
      late.resolve()
      await slowEnds
      assert.deepEqual(
        (await entriesOf(other.open)).map(({ attempts, error }) => ({ attempts, error })),
        [{ attempts: 2, error: 'not yet' }],
      )
    })

    test('a failure is tried again later, less and less often, and given up in the end', async () => {
      const { join, pass, nowMs } = await place()
      const errors: string[] = []
      const log = {
        ...silentLog,
        error: (data: object, message: string) => errors.push(`${message} ${JSON.stringify(data)}`),
      }
      const { add, open, seen } = await join(
        async ({ attempt }) => {
          throw new Error(`attempt ${attempt} \0 \ud800`)
        },
        { log },
      )
      await add({ secret: 'x' })
      const waits: number[] = []
      for (let attempt = 1; attempt < maxAttempts; attempt += 1) {
        const { failures } = await open.deliverNow()
        assert.equal(failures.length, 1)
        await open.deliverNow()
        assert.equal(seen.length, attempt, 'not before its time')
        const [entry] = await entriesOf(open)
        assert.match(entry!.error!, new RegExp(`^attempt ${attempt} `))
        waits.push(Date.parse(entry!.dueAt!) - nowMs())
        pass(waits.at(-1)!)
      }
      assert.deepEqual(errors, [])
      assert.ok(waits[0]! >= 24_000 && waits[0]! <= 36_000, `${waits}`)
      assert.ok(
        waits.every((wait, index) => index === 0 || wait > waits[index - 1]!),
        `${waits}`,
      )
      await open.deliverNow()
      const [dead] = await entriesOf(open)
      assert.equal(dead!.dueAt, null)
      assert.equal(dead!.failedAt, new Date(nowMs()).toISOString())
      assert.equal(errors.length, 1)
      assert.match(errors[0]!, /given up.*"name":"work","attempt":8/)
      pass(1e9)
      await open.deliverNow()
      assert.equal(seen.length, maxAttempts)
    })

    test('what cannot be delivered ever is given up at once', async () => {
      const { join } = await place()
      const { add, open } = await join(async () => {
        throw new Undeliverable('nobody lives there')
      })
      await add({})
      await open.deliverNow()
      const [entry] = await entriesOf(open)
      assert.deepEqual(
        { attempts: entry!.attempts, dueAt: entry!.dueAt, error: entry!.error },
        { attempts: 1, dueAt: null, error: 'nobody lives there' },
      )
    })

    test('one that fails does not keep the others waiting', async () => {
      const { join } = await place()
      const { add, open, seen } = await join(async ({ payload }) => {
        if ((payload as { number: number }).number === 1) throw new Error('on purpose')
      })
      await add({ number: 1 }, { number: 2 })
      assert.equal((await open.deliverNow()).delivered, 1)
      assert.equal(seen.length, 2)
      assert.equal((await entriesOf(open)).length, 1)
    })

    test('no more than ten are under way at once, and all get their turn', async () => {
      const { join } = await place()
      let underWay = 0
      let most = 0
      const { add, open, seen } = await join(async () => {
        underWay += 1
        most = Math.max(most, underWay)
        await sleep(1)
        underWay -= 1
      })
      open.startDelivering()
      await add(...Array.from({ length: 35 }, (_, number) => ({ number })))
      await until(() => seen.length === 35)
      assert.ok(most <= 10 && most > 1, `${most}`)
    })

    test('closing finishes what is under way, and takes nothing more', async () => {
      const { join } = await place()
      let isDone = false
      const first = await join(async () => {
        await sleep(40)
        isDone = true
      })
      await first.add({ number: 1 })
      first.open.startDelivering()
      await until(() => first.seen.length === 1)
      await first.open.close()
      assert.ok(isDone)
      const { open } = await join()
      assert.deepEqual(await entriesOf(open), [])
    })
  })
}

async function memberOf(
  databaseUrl: string,
  clock: { nowMs(): number },
  work: (entry: DeliveredEntry) => Promise<void>,
  { bus, log = silentLog }: { bus?: Bus; log?: Log },
): Promise<Member> {
  const seen: DeliveredEntry[] = []
  let context: FeatureContext | undefined
  const deliver = async (entry: DeliveredEntry) => {
    seen.push(entry)
    await work(entry)
  }
  const worker = defineFeature({
    name: 'worker',
    start(given) {
      context = given as unknown as FeatureContext
      return { deliver: { work: deliver, more: deliver } }
    },
  })
  const app = defineApp({ name: 'relay', collections: [notes], features: [worker] })
  const open = await openApp(app, { databaseUrl, log, migrate: 'safe', clock, ...(bus && { bus }) })
  return {
    open,
    seen,
    context: context!,
    add: (...payloads) =>
      context!.transaction(async ({ events }) => {
        for (const payload of payloads) await events.add('work', payload)
      }),
  }
}

interface Entry {
  readonly name: string
  readonly payload: unknown
  readonly attempts: number
  readonly dueAt: string | null
  readonly failedAt: string | null
  readonly error: string | null
}

async function entriesOf({ database: { read, dialect } }: OpenApp): Promise<readonly Entry[]> {
  const rows = await read(
    dialect.compile(sql`select name, payload, attempts, due_at, failed_at, last_error from galley_outbox order by id`),
  )
  return rows.map(([name, payload, attempts, dueAt, failedAt, error]) => ({
    name: String(name),
    payload: dialect.decode({ kind: 'json' }, payload),
    attempts: Number(attempts),
    dueAt: dialect.decode({ kind: 'instant' }, dueAt) as string | null,
    failedAt: dialect.decode({ kind: 'instant' }, failedAt) as string | null,
    error: error as string | null,
  }))
}

async function until(isSo: () => boolean): Promise<void> {
  for (let waitedMs = 0; !isSo(); waitedMs += 5) {
    if (waitedMs > 4_000) throw new Error('It did not happen for four seconds.')
    await sleep(5)
  }
}
