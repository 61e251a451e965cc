import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { newId } from '../../packages/server/src/base/id.ts'
import {
  collection,
  defineApp,
  increment,
  integer,
  many,
  reference,
  signedIn,
  text,
} from '../../packages/server/src/index.ts'
import { onBothDatabases } from './on-both-databases.ts'
import { record } from './outcomes.ts'

const rules = { read: signedIn(), create: signedIn(), update: signedIn(), delete: signedIn() }
const app = defineApp({
  name: 'concurrency',
  collections: [
    collection('counters', {
      fields: {
        name: text({ optional: true, unique: true }),
        count: integer({ default: 0, min: 0 }),
        log: text({ default: '', max: 5_000 }),
        parts: many('parts'),
      },
      rules,
    }),
    collection('parts', { fields: { counter: reference('counters') }, rules }),
  ],
})

const workers = 20

onBothDatabases(app, (bench) => {
  const ops = () => bench().operations
  const ada = () => bench().as('ada')
  const counter = (values: object = {}) => record(ops().create(ada(), 'counters', values))
  const read = (id: string) => record(ops().get(ada(), 'counters', id))
  const atOnce = <T>(count: number, work: (index: number) => Promise<T>) =>
    Promise.all(Array.from({ length: count }, (_, index) => work(index)))
  const codes = async (work: readonly Promise<unknown>[]) =>
    (await Promise.allSettled(work)).map((one) => (one.status === 'fulfilled' ? 'done' : one.reason.code))
  const countOf = (all: readonly string[], code: string) => all.filter((one) => one === code).length

  describe('many at once', () => {
    test('who read the same version: exactly one changes the record, the others are told that it is stale', async () => {
      const { id } = await counter()
      for (const version of [1, 2, 3]) {
        const writes = Array.from({ length: workers }, (_, index) =>
          ops().update(ada(), 'counters', id, { log: `${version}.${index}` }, { versions: [version] }),
        )
        const told = await codes(writes)
        assert.deepEqual([countOf(told, 'done'), countOf(told, 'operation_stale')], [1, workers - 1])
        assert.equal((await read(id)).version, version + 1)
      }
    })

    test('who read, change and try again lose no update', async () => {
      const { id } = await counter()
      await atOnce(8, async (worker) => {
        for (;;) {
          const { log, version } = await read(id)
          const written = await ops()
            .update(ada(), 'counters', id, { log: `${log}${worker};` }, { versions: [version] })
            .catch((error) => assert.equal(error.code, 'operation_stale'))
          if (written !== undefined) return
        }
      })
      assert.deepEqual((await read(id)).log.split(';').sort(), ['', '0', '1', '2', '3', '4', '5', '6', '7'])
    })

    test('who increment are all counted', async () => {
      const { id } = await counter()
      const db = bench().db(ada()) as any // any: declared above
      await atOnce(100, () => db.counters.update(id, { count: increment(1) }))
      const after = await read(id)
      assert.deepEqual([after.count, after.version], [100, 101])
    })

    test('who take from a stock get no more than there is', async () => {
      const { id } = await counter({ count: 10 })
      const db = bench().db(ada()) as any // any: declared above
      const taken = await atOnce(100, () => db.counters.updateIf(id, { count: { gte: 1 } }, { count: increment(-1) }))
      assert.equal(taken.filter((one) => one !== undefined).length, 10)
      assert.deepEqual(
        taken
          .filter((one) => one !== undefined)
          .map((one: any) => one.count)
          .sort(),
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      )
      assert.deepEqual([(await read(id)).count, (await read(id)).version], [0, 11])
    })

    test('who needs a state that comes and goes changes the record, or is told that it was not there', async () => {
      const { id } = await counter()
      const db = bench().db(ada()) as any // any: declared above
      for (let round = 0; round < 5; round += 1) {
        const turns = Array.from({ length: 80 }, (_, index) => index % 2)
        const turned = await Promise.all(
          turns.map((count) => db.counters.updateIf(id, { count }, { count: 1 - count })),
        )
        assert.ok(turned.some((one) => one !== undefined))
      }
    })

    test('who put a record under one id create it once; the others replace it', async () => {
      const id = newId()
      const answers = await atOnce(workers, (index) => ops().replace(ada(), 'counters', id, { log: `${index}` }))
      assert.equal(answers.filter(({ isCreated }) => isCreated).length, 1)
      assert.deepEqual(
        answers.map(({ version }) => version).sort((a, b) => a - b),
        Array.from({ length: workers }, (_, index) => index + 1),
      )
      const { log } = await read(id)
      assert.equal(answers.find(({ version }) => version === workers)!.json.includes(`"log":"${log}"`), true)
    })

    test('who put a record that must not be there: exactly one does', async () => {
      const id = newId()
      const told = await codes(
        Array.from({ length: workers }, () => ops().replace(ada(), 'counters', id, {}, { mustNotExist: true })),
      )
      assert.deepEqual([countOf(told, 'done'), countOf(told, 'operation_stale')], [1, workers - 1])
    })

    test('who want the same unique value: exactly one gets it', async () => {
      const told = await codes(Array.from({ length: workers }, () => counter({ name: 'only' })))
      assert.deepEqual([countOf(told, 'done'), countOf(told, 'operation_conflict')], [1, workers - 1])
    })

    test('who delete a record and who refer to it: no reference leads nowhere', async () => {
      for (let round = 0; round < 5; round += 1) {
        const { id } = await counter()
        const told = await codes([
          ops().create(ada(), 'parts', { counter: id }),
          ops().delete(ada(), 'counters', id),
          ops().create(ada(), 'parts', { counter: id }),
        ])
        const isDeleted = told[1] === 'done'
        assert.deepEqual(
          [told[0], told[2]].every((code) => code === (isDeleted ? 'operation_invalid' : 'done')),
          true,
          `${told}`,
        )
        assert.equal(told[1], isDeleted ? 'done' : 'operation_in_use')
      }
    })

    test('who refer to nothing are all told so, and nobody waits for anybody', async () => {
      const nowhere = '018f0000-0000-7000-8000-00000000dead'
      const told = await codes(Array.from({ length: 100 }, () => ops().create(ada(), 'parts', { counter: nowhere })))
      assert.equal(countOf(told, 'operation_invalid'), 100)
    })
  })
})
