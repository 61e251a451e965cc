import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { newId } from '../../packages/server/src/base/id.ts'
import {
  collection,
  defineApp,
  eq,
  everyone,
  hook,
  integer,
  manyToMany,
  ne,
  or,
  reference,
  role,
  signedIn,
  slug,
  text,
} from '../../packages/server/src/index.ts'
import { countTogether } from '../../packages/server/src/operations/batch-groups.ts'
import { createOperations } from '../../packages/server/src/operations/create-operations.ts'
import { onBothDatabases } from './on-both-databases.ts'
import { refusal } from './outcomes.ts'

const rules = { read: everyone(), create: signedIn() }
const folders = collection('folders', {
  fields: {
    name: text({ unique: true, max: 20 }),
    size: integer({ default: 0 }),
    parent: reference('folders', { optional: true }),
    labels: manyToMany('labels'),
  },
  // One half of it can be told from the values, the other only by the database.
  rules: { read: everyone(), create: ({ row }) => or(eq(row.size, 0), eq(row.parent.name, 'root')) },
})
const pages = collection('pages', {
  fields: { title: text(), slug: slug({ from: 'title' }) },
  rules: { read: everyone(), create: ({ row }) => ne(row.title, 'Denied') },
})
const labels = collection('labels', { fields: { name: text() }, rules })
const secrets = collection('secrets', { fields: { line: text() }, rules: { read: role('chief'), create: signedIn() } })
const heard = collection('heard', { fields: { line: text() }, rules, announces: true })
const hooked = collection('hooked', { fields: { line: text() }, rules })
const app = defineApp({
  name: 'together',
  collections: [folders, pages, labels, secrets, heard, hooked],
  hooks: [hook('hooked', 'afterCreate', async () => {})],
  roles: { chief: {} },
})

const create = (name: string, data: object, more: object = {}) => ({
  operation: 'create',
  collection: name,
  data,
  ...more,
})
const folder = (data: object, more: object = {}) => create('folders', data, more)
const page = (title: string) => create('pages', { title })
const nowhere = '018f0000-0000-7000-8000-00000000dead'

onBothDatabases(app, (bench, database) => {
  const ada = () => bench().as('ada')
  const batch = async (operations: readonly object[], who = ada()) =>
    JSON.parse((await bench().operations.batch(who, { operations })).json).results
  let names = 0
  const name = () => `f${++names}`
  const count = async () =>
    JSON.parse((await bench().operations.aggregate(ada(), 'folders', { count: true })).json).data[0].count

  describe('creates of a batch that follow each other', () => {
    test('answer in their order, and see those before them', async () => {
      const ids = Array.from({ length: 20 }, () => newId())
      const results = await batch(ids.map((id, index) => folder({ id, name: name(), parent: ids[index - 1] ?? null })))
      assert.deepEqual(
        results.map((result: any) => [result.id, result.parent]),
        ids.map((id, index) => [id, ids[index - 1] ?? null]),
      )
    })

    test('do not see those after them', async () => {
      const [early, late] = [newId(), newId()]
      const steps = [folder({ id: early, name: name(), parent: late }), folder({ id: late, name: name() })]
      assert.equal(await refusal(batch(steps)), 'operation_invalid /operations/0/data/parent unknown_record')
    })

    test('can refer to the result of one before them', async () => {
      const results = await batch([
        folder({ name: name() }, { ref: 'a' }),
        folder({ name: name(), parent: { $ref: 'a.id' } }),
        folder({ name: name(), parent: { $ref: 'a.id' } }, { ref: 'a' }),
        folder({ name: name(), parent: { $ref: 'a.id' } }),
      ])
      const [a, b, c, d] = results
      assert.deepEqual([b.parent, c.parent, d.parent], [a.id, a.id, c.id])
    })

    test('are told of the first that fails, whatever those after it would meet', async () => {
      const [before, taken] = [await count(), name()]
      await batch([folder({ name: taken })])
      const failing = {
        taken: [folder({ name: taken }), '/data/name taken'],
        dangling: [folder({ name: name(), parent: nowhere }), '/data/parent unknown_record'],
        wrong: [folder({ name: 7 }), '/data/name type'],
        denied: [folder({ name: name(), size: 1, parent: null }), ' operation_forbidden'],
        deniedByValue: [page('Denied'), ' operation_forbidden'],
        unknownRef: [folder({ name: name(), parent: { $ref: 'z.id' } }), '/data/parent unknown_ref'],
      } as const
      const fails = Object.values(failing)
      for (const [first, outcome] of fails)
        for (const [second] of fails) {
          const told = await refusal(batch([folder({ name: name() }), page('Fine'), first, page('Fine'), second]))
          assert.ok(told.endsWith(`/operations/2${outcome}`), `${told} is not ${outcome}`)
        }
      assert.equal(await count(), before + 1)
    })

    test('each get a derived value of their own', async () => {
      const slugs = async () => (await batch([page('Same'), page('Same'), page('Other')])).map((one: any) => one.slug)
      assert.deepEqual(await slugs(), ['same', 'same-2', 'other'])
      assert.equal(new Set([...(await slugs()), ...(await slugs())]).size, 6)
    })

    test('answer no more than whoever asks may read', async () => {
      const results = await batch([create('secrets', { line: 'CANARY' }), create('secrets', { line: 'CANARY' })])
      assert.deepEqual(results.map(Object.keys), [['id'], ['id']])
    })

    test('leave the transaction around them usable when they fail', async () => {
      const kept = name()
      await bench().database.transaction(async (tx) => {
        const context = { ...ada(), tx }
        await bench().operations.create(context, 'folders', { name: kept })
        const steps = { operations: [folder({ name: name() }), folder({ name: kept })] }
        await assert.rejects(tx.savepoint(() => bench().operations.batch(context, steps)))
        await bench().operations.batch(context, { operations: [folder({ name: name() }), page('Fine')] })
      })
      assert.equal(await refusal(batch([folder({ name: kept })])), 'operation_conflict /operations/0/data/name taken')
    })

    test('travel together where that saves time, as far as each is one statement', () => {
      const { runtime } = bench()
      const together = (...steps: object[]) => countTogether(steps as never, 0, runtime)
      const one = folder({ name: 'a' }, { ref: 'a' })
      const few = database === 'postgres' ? 2 : 1
      assert.equal(together(one, page('b')), few)
      assert.equal(together(one, one, folder({ name: { $ref: 'a.name' } })), few)
      assert.equal(together(one, folder({ name: { $ref: 'b.name' } }), folder({ name: 'c', labels: [] })), few)
      const alone = [
        create('heard', { line: 'x' }),
        create('hooked', { line: 'x' }),
        create('none', {}),
        create('pages', 7 as never),
      ]
      for (const other of [...alone, { operation: 'get', collection: 'folders', id: nowhere }])
        assert.deepEqual([together(one, one, other, one), together(other, one)], [few, 1], JSON.stringify(other))
    })

    test('have the outcome that they would have one by one', { timeout: 60_000 }, async () => {
      const { runtime } = bench()
      const alone = { ...runtime.database.dialect, sharesRoundTrips: false }
      const oneByOne = createOperations({ ...runtime, database: { ...runtime.database, dialect: alone } })
      const outcome = async (operations: typeof oneByOne, steps: readonly object[]) => {
        const context = { ...ada(), now: '2026-01-01T00:00:00.000Z' }
        const work = operations.rehearse(context, (inner) => operations.batch(inner, { operations: steps }))
        return work.then(
          ({ json }) => withoutIds(json),
          (error) => ({ code: error.code, issues: error.issues }),
        )
      }
      await fc.assert(
        fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 8 }), async (steps) => {
          assert.deepEqual(await outcome(bench().operations, steps), await outcome(oneByOne, steps))
        }),
        { numRuns: database === 'postgres' ? 150 : 20 },
      )
    })
  })
})

const oftenGood = (good: object, ...bad: readonly object[]) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(good) }, ...bad.map((one) => fc.constant(one)))
const words = fc.constantFrom('one', 'two', 'three', 'four', 'five', 'six', 'seven', 'root')
const anyStep = fc
  .record({
    word: words,
    more: oftenGood({}, { parent: nowhere }, { size: 1 }, { parent: { $ref: 'a.id' } }, { name: 7 }, { labels: [] }),
    ref: oftenGood({}, { ref: 'a' }),
    collection: fc.constantFrom('folders', 'folders', 'pages', 'labels', 'secrets', 'nothing'),
  })
  .map(({ word, more, ref, collection: where }) => {
    if (where === 'pages') return create(where, { title: word }, ref)
    if (where === 'secrets') return create(where, { line: word }, ref)
    return where === 'folders' ? folder({ name: word, ...more }, ref) : create(where, { name: word }, ref)
  })

/** Ids are new each time. */
function withoutIds(json: string): string {
  const ids: string[] = []
  return json.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, (id) => {
    if (!ids.includes(id)) ids.push(id)
    return `id ${ids.indexOf(id)}`
  })
}
