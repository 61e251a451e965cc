import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  action,
  collection,
  defineApp,
  eq,
  everyone,
  integer,
  json,
  manyToMany,
  or,
  reference,
  role,
  signedIn,
  text,
} from '../../packages/server/src/index.ts'
import type { OperationContext, StoredAnswer } from '../../packages/server/src/operations/operations.ts'
import { sweepReceipts } from '../../packages/server/src/operations/receipts.ts'
import { onBothDatabases } from './on-both-databases.ts'
import { record, records, refusal } from './outcomes.ts'

const rules = { read: everyone(), create: signedIn(), update: signedIn(), delete: signedIn() }
const folders = collection('folders', {
  fields: {
    name: text({ unique: true, max: 20 }),
    data: text({ optional: true }),
    count: integer({ default: 0 }),
    extra: json({ optional: true }),
    parent: reference('folders', { optional: true }),
    labels: manyToMany('labels'),
  },
  rules,
})
const labels = collection('labels', { fields: { name: text() }, rules })
const diaries = collection('diaries', {
  fields: { owner: text({ default: ({ actor }) => actor.id ?? '' }), line: text() },
  rules: { read: ({ row, actor }) => or(eq(row.owner, actor.id), role('chief')), create: signedIn() },
})
const app = defineApp({
  name: 'batch',
  collections: [folders, labels, diaries],
  actions: [
    action('folders', 'fill', {
      input: { by: integer() },
      output: 'folders',
      allow: signedIn(),
      run: ({ record, input, db }) => (db as any).folders.update(record.id, { count: input.by }), // any: known above
    }),
    action('folders', 'touch', { on: 'collection', allow: signedIn(), run: () => {} }),
  ],
  roles: { chief: {} },
  settings: { limits: { batchOperations: 10 } },
})

onBothDatabases(app, (bench) => {
  const ops = () => bench().operations
  const ada = () => bench().as('ada')
  let names = 0
  const name = () => {
    names += 1
    return `f${names}`
  }
  const batch = async (operations: unknown, who = ada()) =>
    JSON.parse((await ops().batch(who, { operations })).json).results
  const create = (data: object, more: object = {}) => ({ operation: 'create', collection: 'folders', data, ...more })
  const named = async (value: string) =>
    (await records(ops().find(ada(), 'folders', { where: { name: value } }))).length

  describe('a batch', () => {
    test('runs steps of every kind, in order, and answers with a result for each', async () => {
      const [one, label] = [name(), name()]
      const at = (operation: string, more: object = {}) => ({
        operation,
        collection: 'folders',
        id: { $ref: 'a.id' },
        ...more,
      })
      const results = await batch([
        create({ name: one }, { ref: 'a' }),
        { operation: 'create', collection: 'labels', data: { name: label }, ref: 'l' },
        at('update', { data: { count: 2, labels: [{ $ref: 'l.id' }] }, version: 1 }),
        at('act', { action: 'fill', data: { by: 7 } }),
        at('get'),
        at('replace', { data: { name: one, extra: { whole: { $ref: 'a' }, name: { $ref: 'a.name' } } } }),
        { operation: 'act', collection: 'folders', action: 'touch' },
        at('delete', { version: 4 }),
      ])
      assert.deepEqual(
        results.map((result: any) => result?.version ?? null),
        [1, 1, 2, 3, 3, 4, null, null],
      )
      assert.equal(results[4].count, 7)
      assert.deepEqual([results[5].extra.whole.id, results[5].extra.name, results[5].count], [results[0].id, one, 0])
      assert.equal(await named(one), 0)
    })

    test('is all or nothing', async () => {
      const [one, taken] = [name(), name()]
      await ops().create(ada(), 'folders', { name: taken })
      assert.equal(
        await refusal(batch([create({ name: one }), create({ name: taken })])),
        'operation_conflict /operations/1/data/name taken',
      )
      assert.equal(await named(one), 0)
      const missing = { operation: 'delete', collection: 'folders', id: '018f0000-0000-7000-8000-00000000dead' }
      assert.equal(
        await refusal(batch([create({ name: one }), missing])),
        'operation_not_found /operations/1 operation_not_found',
      )
      assert.equal(await named(one), 0)
    })

    test('points to what is wrong, whatever its name', async () => {
      const wrong = { id: 'x', data: 7, name: 'n'.repeat(21), 'a/b': 1 }
      assert.equal(
        await refusal(batch([create({ name: name() }), create(wrong)])),
        'operation_invalid /operations/1/data/a~1b unknown_field, /operations/1/data/data type, /operations/1/data/id format, /operations/1/data/name too_long',
      )
    })

    test('keeps to the rules of each step', async () => {
      const diary = await record(ops().create(bench().as('bob'), 'diaries', { line: 'CANARY' }))
      const steps = [create({ name: name() }), { operation: 'get', collection: 'diaries', id: diary.id }]
      assert.equal(await refusal(batch(steps)), 'operation_not_found /operations/1 operation_not_found')
      assert.equal(
        await refusal(batch([create({ name: name() })], bench().anyone)),
        'operation_sign_in_required /operations/0 operation_sign_in_required',
      )
    })

    test('knows only what earlier steps have given', async () => {
      const one = name()
      const refused = async (ref: unknown) =>
        refusal(batch([create({ name: one }, { ref: 'a' }), create({ name: name(), extra: { x: [{ $ref: ref }] } })]))
      for (const ref of [
        'b.id',
        'a.nothing',
        'a.__proto__',
        'a.constructor',
        'constructor.name',
        '__proto__',
        '',
        7,
        null,
        ['a'],
        { toString: 1 },
      ])
        assert.equal(
          await refused(ref),
          'operation_invalid /operations/1/data/extra/x/0 unknown_ref',
          JSON.stringify(ref),
        )
      const early = [
        { operation: 'get', collection: 'folders', id: { $ref: 'a.id' } },
        create({ name: one }, { ref: 'a' }),
      ]
      assert.equal(await refusal(batch(early)), 'operation_invalid /operations/0/id unknown_ref')
      assert.equal(await named(one), 0)
    })

    test('is refused when it is none, is too long, or says what a step does not know', async () => {
      for (const body of [
        undefined,
        null,
        [],
        {},
        { operations: [] },
        { operations: 'x' },
        { operations: [create({})], more: 1 },
      ])
        assert.equal(await refusal(ops().batch(ada(), body)), 'operation_invalid /operations type')
      assert.equal(
        await refusal(batch(Array.from({ length: 11 }, () => create({ name: 'x' })))),
        'operation_invalid /operations too_many_items',
      )
      const steps = [
        7,
        { operation: 'find', collection: 'folders' },
        { operation: 'constructor', collection: 'folders' },
        { operation: 'create', collection: 7, id: 'x', version: 1, ref: 'not a word' },
        { operation: 'update', collection: 'folders', version: 'x', action: 'x' },
        { operation: 'act', collection: 'folders', version: 1 },
      ]
      assert.equal(
        await refusal(batch(steps)),
        'operation_invalid /operations/0/operation choice, /operations/1/operation choice, /operations/2/operation choice, /operations/3/collection type, /operations/3/id unknown_field, /operations/3/ref type, /operations/3/version unknown_field, /operations/4/action unknown_field, /operations/4/id type, /operations/4/version type, /operations/5/action type, /operations/5/version unknown_field',
      )
      assert.equal(
        await refusal(batch([{ operation: 'get', collection: 'none', id: 'x' }])),
        'operation_unknown_collection /operations/0 operation_unknown_collection',
      )
    })

    test('takes members of any name for data', async () => {
      const extra = JSON.parse('{"__proto__": {"a": 1}, "constructor": [null]}')
      const [result] = await batch([create({ name: name(), extra })])
      assert.equal(JSON.stringify(result.extra), JSON.stringify(extra))
    })
  })

  describe('once', () => {
    const answer = async (context: OperationContext, data: object): Promise<StoredAnswer> => ({
      status: 201,
      headers: { location: '/x', etag: '"1"' },
      body: (await ops().create(context, 'folders', data)).json,
    })
    const once = (key: string, data: object, who = ada(), fingerprint = 'POST /folders') =>
      ops().once(who, { key, fingerprint }, (context) => answer(context, data))

    test('gives the first answer again, and does nothing', async () => {
      const data = { name: name() }
      const first = await once('replay', data)
      const second = await once('replay', data)
      assert.deepEqual(second, { ...first, isReplay: true })
      assert.equal(first.isReplay, false)
      assert.equal(await named(data.name), 1)
    })

    test('refuses the key of another request', async () => {
      await once('reused', { name: name() })
      assert.equal(await refusal(once('reused', { name: name() }, ada(), 'PATCH /folders')), 'operation_key_reused')
    })

    test('keeps the keys of different actors apart', async () => {
      const one = name()
      assert.equal((await once('shared', { name: one })).isReplay, false)
      for (const who of [
        bench().as('bob'),
        bench().system,
        { ...ada(), actor: { kind: 'key', id: 'ada', roles: [] } as const },
      ])
        assert.equal((await once('shared', { name: name() }, who)).isReplay, false)
    })

    test('runs one of many requests at once, and tells the others that it is running', async () => {
      const data = { name: name() }
      const results = await Promise.allSettled(Array.from({ length: 8 }, () => once('together', data)))
      const codes = results.map((result) => (result.status === 'fulfilled' ? 'done' : result.reason.code))
      assert.deepEqual([codes.filter((code) => code === 'done').length, new Set(codes).size], [1, 2])
      assert.ok(codes.includes('operation_key_running'))
      assert.equal((await once('together', data)).isReplay, true)
      assert.equal(await named(data.name), 1)
    })

    test('remembers no failure: the request may be tried again', async () => {
      const data = { name: name() }
      await ops().create(ada(), 'folders', { name: 'blocker' })
      assert.equal(await refusal(once('failing', { name: 'blocker' })), 'operation_conflict /name taken')
      assert.equal((await once('failing', data)).isReplay, false)
    })

    test('forgets after a day', async () => {
      const data = { name: name() }
      await once('old', data)
      const later = (ms: number) => ({ ...ada(), now: new Date(Date.now() + ms).toISOString() })
      assert.equal((await once('old', data, later(86_000_000))).isReplay, true)
      assert.equal((await once('old', { name: name() }, later(86_500_000), 'other')).isReplay, false)
    })
  })

  test('receipts that are over are swept away, the others stay', async () => {
    const keep = async (key: string) => {
      const receipt = { key, fingerprint: 'sweep' }
      return ops().once(ada(), receipt, async () => ({ status: 200, headers: {}, body: key }))
    }
    await keep('swept')
    const inADay = new Date(Date.now() + 86_500_000).toISOString()
    await sweepReceipts(new Date().toISOString(), bench().runtime)
    assert.equal((await keep('swept')).isReplay, true)
    await sweepReceipts(inADay, bench().runtime)
    assert.equal((await keep('swept')).isReplay, false)
  })

  describe('a rehearsal', () => {
    test('answers as the real thing would, and leaves nothing', async () => {
      const one = name()
      const made = await ops().rehearse(ada(), (context) =>
        record(ops().create(context, 'folders', { name: one, labels: [] })),
      )
      assert.equal(made.name, one)
      assert.equal(await named(one), 0)
      assert.equal(
        await refusal(ops().rehearse(ada(), (context) => ops().create(context, 'folders', { name: 7 }))),
        'operation_invalid /name type',
      )
    })

    test('can be of a batch, and of a request that is made once: the key stays free', async () => {
      const one = name()
      const request = { key: 'rehearsed', fingerprint: 'x' }
      const work = (context: OperationContext) =>
        ops().once(context, request, async (inner) => {
          const { json } = await ops().batch(inner, { operations: [create({ name: one })] })
          return { status: 200, headers: {}, body: json }
        })
      assert.equal((await ops().rehearse(ada(), work)).isReplay, false)
      assert.equal((await ops().rehearse(ada(), work)).isReplay, false)
      assert.equal(await named(one), 0)
      assert.equal((await work(ada())).isReplay, false)
      assert.equal(await named(one), 1)
    })

    test('inside a transaction undoes only itself', async () => {
      const [kept, rehearsed] = [name(), name()]
      await bench().database.transaction(async (tx) => {
        const context = { ...ada(), tx }
        await ops().create(context, 'folders', { name: kept })
        await ops().rehearse(context, (inner) => ops().create(inner, 'folders', { name: rehearsed }))
      })
      assert.deepEqual([await named(kept), await named(rehearsed)], [1, 0])
    })
  })
})
