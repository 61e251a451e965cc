import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { MemoryHub } from '../../packages/server/src/adapters/bus/memory/memory-hub.fixture.ts'
import { silentLog } from '../../packages/server/src/base/silent-log.ts'
import { createRemembered } from '../../packages/server/src/operations/cache/remembered.ts'
import type { Bus, BusListener } from '../../packages/server/src/ports/bus.ts'
import { record } from '../operations/outcomes.ts'
import { testPostgresUrl } from '../postgres-server.ts'
import { asking, type Library, openLibrary } from './open-library.ts'

const ada = asking('ada')
const whole = Object.freeze({})
const all = Object.freeze({ limit: 100 })
const get = async ({ operations }: Library, id: string) => operations.get(ada, 'tags', id, whole)
const labelOf = async (library: Library, id: string) => (await record(get(library, id))).label
let labels = 0
const make = async ({ operations }: Library) => {
  labels += 1
  return record(operations.create(ada, 'tags', { label: `label ${labels}` }))
}

describe('on one SQLite file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'galley-'))
  const url = `sqlite:${join(folder, 'a.db')}`
  const [one, other] = [await openLibrary(url), await openLibrary(url)]
  after(async () => {
    await one.database.close()
    await other.database.close()
    rmSync(folder, { recursive: true })
  })

  test('a commit of another process is seen as soon as it is acknowledged, without a word from it', async () => {
    const { id } = await make(one)
    for (let round = 0; round < 20; round += 1) {
      await get(one, id)
      await other.operations.update(ada, 'tags', id, { label: `round ${round}` })
      assert.equal(await labelOf(one, id), `round ${round}`)
    }
  })

  test('requests that had come before the first of them was looked at ask the file once, the next asks again', async () => {
    const { id } = await make(one)
    await get(one, id)
    const askIn = (arrivalRound: number) => one.operations.get({ ...ada, arrivalRound }, 'tags', id, whole)
    const before = one.database.questions
    for (let count = 0; count < 5; count += 1) assert.equal((await askIn(1)).isKept, true)
    assert.equal(one.database.questions - before, 1)
    await other.operations.update(ada, 'tags', id, { label: 'next round' })
    assert.equal((await record(askIn(2))).label, 'next round')
  })

  test('own commits do not drop what they did not touch', async () => {
    const [kept, changed] = [await make(one), await make(one)]
    await get(one, kept.id)
    await one.operations.update(ada, 'tags', changed.id, { label: 'other' })
    assert.equal((await get(one, kept.id)).isKept, true)
  })

  test('a commit of another between two of our own is seen', async () => {
    const { id } = await make(one)
    const mine = await make(one)
    await get(one, id)
    await Promise.all([
      one.operations.update(ada, 'tags', mine.id, { label: 'mine 1' }),
      other.operations.update(ada, 'tags', id, { label: 'of another' }),
      one.operations.update(ada, 'tags', mine.id, { label: 'mine 2' }),
    ])
    assert.equal(await labelOf(one, id), 'of another')
  })
})

describe('on PostgreSQL', async () => {
  const url = await testPostgresUrl()
  const hub = new MemoryHub(silentLog)
  const [one, other] = [await openLibrary(url, { bus: hub.join() }), await openLibrary(url, { bus: hub.join() })]
  after(async () => {
    await one.database.close()
    await other.database.close()
  })

  test('a commit of another process is told by the bus, and drops no more than at home', async () => {
    const [changed, kept] = [await make(one), await make(one)]
    await get(other, changed.id)
    await get(other, kept.id)
    const before = await other.operations.find(ada, 'tags', all)
    await one.operations.update(ada, 'tags', changed.id, { label: 'told' })
    await sleep(5)
    assert.equal(await labelOf(other, changed.id), 'told')
    assert.equal((await get(other, kept.id)).isKept, true)
    assert.notEqual((await other.operations.find(ada, 'tags', all)).json, before.json)
  })

  test('a change of more rows than a message holds is told', async () => {
    const { id } = await make(one)
    await get(other, id)
    const operations = Array.from({ length: 99 }, (_, index) => ({
      operation: 'create',
      collection: 'pens',
      data: { colour: `${index}` },
    }))
    const update = { operation: 'update', collection: 'tags', id, data: { label: 'many' } }
    await one.operations.batch(ada, { operations: [...operations, update] })
    await sleep(5)
    assert.equal(await labelOf(other, id), 'many')
  })

  test('after messages may have been lost nothing is taken from memory', async () => {
    const listeners: BusListener[] = []
    const deaf: Bus = {
      publish() {},
      subscribe(_channel, given) {
        listeners.push(given)
        return () => {}
      },
      async close() {},
    }
    const third = await openLibrary(url, { bus: deaf })
    const { id } = await make(one)
    await get(third, id)
    await one.operations.update(ada, 'tags', id, { label: 'not heard' })
    assert.notEqual(await labelOf(third, id), 'not heard')
    for (const listener of listeners) listener.onGap?.()
    assert.equal(await labelOf(third, id), 'not heard')
    await third.database.close()
  })

  test('without any message, what is remembered of others is five seconds old at most, and answers as their maxAge says', async (t) => {
    const alone = await openLibrary(url)
    const { id } = await make(one)
    const remembered = createRemembered<string>({ from: ['tags'] }, alone.runtime.freshness)
    const label = async () =>
      remembered.get(id, async () => {
        const found = JSON.parse((await alone.operations.get({ ...ada, isLocal: true }, 'tags', id, whole)).json)
        return { value: found.label, rows: [{ collection: 'tags', id }] }
      })
    await label()
    await get(alone, id)
    await one.operations.update(ada, 'tags', id, { label: 'elsewhere' })
    const start = performance.now()
    const clock = t.mock.method(performance, 'now', () => start + 4_000)
    assert.notEqual(await label(), 'elsewhere')
    clock.mock.mockImplementation(() => start + 5_001)
    assert.equal(await label(), 'elsewhere')
    assert.notEqual(await labelOf(alone, id), 'elsewhere')
    clock.mock.mockImplementation(() => start + 3_600_001)
    assert.equal(await labelOf(alone, id), 'elsewhere')
    await alone.database.close()
  })

  test('a bus that cannot carry does not fail the change', async () => {
    const broken: Bus = {
      publish() {
        throw new Error('on purpose')
      },
      subscribe: () => () => {},
      async close() {},
    }
    const third = await openLibrary(url, { bus: broken })
    const { id } = await make(third)
    assert.ok(await labelOf(third, id))
    await third.database.close()
  })
})
