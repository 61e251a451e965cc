import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  action,
  asSystem,
  boolean,
  collection,
  defineApp,
  defineErrors,
  eq,
  everyone,
  hook,
  increment,
  integer,
  job,
  json,
  list,
  manyToMany,
  money,
  nobody,
  or,
  reference,
  role,
  signedIn,
  text,
} from '../../packages/server/src/index.ts'
import { type Bench, onBothDatabases } from './on-both-databases.ts'
import { record, records, refusal } from './outcomes.ts'

const errors = defineErrors('logic_test', { stop: { category: 'conflict', message: 'Stop here.' } })
const optional = { optional: true } as const

const accounts = collection('accounts', {
  fields: {
    name: text({ unique: true }),
    owner: text(),
    balance: integer({ default: 0, min: 0, write: nobody() }),
    secret: text({ optional: true, read: role('teller') }),
    pin: text({ optional: true, private: true }),
    isOpen: boolean({ default: true }),
  },
  rules: {
    read: ({ row, actor }) => or(eq(row.owner, actor.id), role('teller')),
    create: signedIn(),
    update: ({ row, actor }) => eq(row.owner, actor.id),
    delete: ({ row, actor }) => eq(row.owner, actor.id),
  },
  announces: true,
})
const entries = collection('entries', {
  fields: { account: reference('accounts', { onDelete: 'cascade' }), amount: integer(), note: text(optional) },
  rules: { read: signedIn() },
})
const hooked = collection('hooked', {
  fields: {
    name: text({ max: 20 }),
    made: text({ optional: true, immutable: true }),
    count: integer({ default: 0 }),
    owner: text({ default: 'ada' }),
    account: reference('accounts', optional),
    accounts: manyToMany('accounts'),
  },
  rules: {
    read: everyone(),
    create: ({ row, actor }) => eq(row.owner, actor.id),
    update: ({ row, actor }) => eq(row.owner, actor.id),
    delete: ({ row, actor }) => eq(row.owner, actor.id),
  },
  announces: true,
})

/** What the hooks do next, and what they saw; set by each test. */
let script: Partial<Record<string, (context: any) => unknown>> = {}
let seen: string[] = []
const scripted = (moment: Parameters<typeof hook>[1], name: string) =>
  hook('hooked', moment, (context) => {
    seen.push(name)
    return script[name]?.(context)
  })

const actions = [
  action('accounts', 'move', {
    input: { to: reference('accounts'), amount: integer({ min: 1 }), note: text({ optional: true, default: 'moved' }) },
    output: 'accounts',
    allow: ({ row, actor }) => eq(row.owner, actor.id),
    async run({ record, input, db, events, jobs, log }) {
      const bank = asSystem(db) as any
      const left = await bank.accounts.updateIf(
        record.id,
        { balance: { gte: input.amount } },
        { balance: increment(-input.amount) },
      )
      if (left === undefined) throw errors.stop()
      await bank.accounts.update(input.to, { balance: increment(input.amount) })
      await bank.entries.create({ account: record.id, amount: -input.amount, note: input.note })
      await events.add('moved', { amount: input.amount })
      await jobs.add('letter', { to: input.to })
      log.info({}, 'moved')
      return record
    },
  }),
  action('accounts', 'look', {
    output: { balance: integer(), price: money(), tags: list(text()), missing: text(optional) },
    allow: role('teller'),
    run: ({ record }) => ({ ...record, price: { amount: 1, currency: 'EUR' }, tags: ['a'], pin: 'CANARY' }),
  }),
  action('accounts', 'leak', {
    allow: signedIn(),
    run: ({ record, db }) => (asSystem(db) as any).accounts.get(record.id),
  }),
  action('accounts', 'wrong', {
    output: { balance: integer() },
    allow: signedIn(),
    run: () => ({ balance: 'CANARY' }),
  }),
  action('accounts', 'others', {
    on: 'collection',
    input: { which: text() },
    output: 'accounts',
    allow: signedIn(),
    run: ({ input }) => input.which,
  }),
  action('accounts', 'script', {
    on: 'collection',
    input: { name: text({ default: 'script' }), data: json(optional) },
    allow: signedIn(),
    timeoutMs: 300,
    run: (context) => script.action?.(context),
  }),
  action('accounts', 'never', { run: () => {} }),
]

const app = defineApp({
  name: 'logic',
  collections: [accounts, entries, hooked],
  actions,
  jobs: [job('letter', { input: { to: text() }, run() {} })],
  hooks: [
    scripted('beforeCreate', 'bc1'),
    scripted('beforeCreate', 'bc2'),
    scripted('afterCreate', 'ac'),
    scripted('beforeUpdate', 'bu1'),
    scripted('beforeUpdate', 'bu2'),
    scripted('afterUpdate', 'au'),
    scripted('beforeDelete', 'bd'),
    scripted('afterDelete', 'ad'),
  ],
  roles: { teller: {} },
})

onBothDatabases(app, (bench) => {
  const ops = () => bench().operations
  const ada = () => bench().as('ada')
  const bob = () => bench().as('bob')
  let names = 0
  const account = async (values: object = {}, owner = 'ada') => {
    names += 1
    return record(ops().create(bench().system, 'accounts', { name: `n${names}`, owner, ...values }))
  }
  const balance = async (id: string) => (await record(ops().get(bench().system, 'accounts', id))).balance
  const make = (values: object = {}, who = ada()) => record(ops().create(who, 'hooked', { name: 'h', ...values }))
  const change = (id: string, patch: object, who = ada()) => record(ops().update(who, 'hooked', id, patch))
  const run = (work: (context: any) => unknown, who = ada()) => {
    script = { ...script, action: work }
    return ops().act(who, 'accounts', 'script', undefined, {})
  }
  beforeEach(() => {
    script = {}
    seen = []
  })

  describe('hooks', () => {
    test('run in the order of their declaration, around the write', async () => {
      const { id } = await make()
      await change(id, { name: 'x' })
      await ops().delete(ada(), 'hooked', id)
      assert.deepEqual(seen, ['bc1', 'bc2', 'ac', 'bu1', 'bu2', 'au', 'bd', 'ad'])
    })

    test('before a write change its values, each seeing what those before it made of them', async () => {
      const values: object[] = []
      script.bc1 = (context) => void values.push(context.values)
      script.bc2 = () => ({ name: 'second', made: 'by a hook' })
      assert.deepEqual(await make().then(({ name, made }) => [name, made]), ['second', 'by a hook'])
      script.bc1 = () => ({ name: 'first', count: 1 })
      script.bc2 = ({ values }) => ({ name: `${values.name}, second`, count: values.count + 1 })
      const { id, ...made } = await make({ owner: 'ada' })
      assert.deepEqual([made.name, made.count], ['first, second', 2])
      script.bu1 = ({ values, previous }) => ({ name: `${previous.name}/${values.name}` })
      assert.equal((await change(id, { name: 'u' })).name, 'first, second/u')
      assert.deepEqual(values, [{ name: 'h' }])
    })

    test('cannot change values in any other way than by returning them', async () => {
      script.bc1 = ({ values }) => {
        values.name = 7
      }
      await assert.rejects(make(), TypeError)
    })

    test('return values that are checked like any input', async () => {
      script.bc1 = () => ({ name: 'x'.repeat(21), nonsense: 1 })
      assert.equal(await refusal(make()), 'operation_invalid /name too_long, /nonsense unknown_field')
      script = { bu1: () => ({ made: 'again' }) }
      const { id } = await make()
      assert.equal(await refusal(change(id, { name: 'x' })), 'operation_invalid /made immutable')
    })

    test('may refer to records that the actor may not see, but not to none', async () => {
      const hidden = await account({}, 'bob')
      assert.equal(await refusal(make({ account: hidden.id })), 'operation_invalid /account unknown_record')
      assert.equal(await refusal(make({ accounts: [hidden.id] })), 'operation_invalid /accounts/0 unknown_record')
      script.bc1 = () => ({ account: hidden.id, accounts: [hidden.id] })
      assert.equal((await make({ account: hidden.id })).account, hidden.id)
      script.bc1 = () => ({ account: '018f0000-0000-7000-8000-00000000dead' })
      assert.equal(await refusal(make()), 'operation_invalid /account unknown_record')
    })

    test('do not widen what the actor may do', async () => {
      script.bc1 = () => ({ owner: 'bob' })
      assert.equal(await refusal(make()), 'operation_forbidden')
      script = {}
      const { id } = await make()
      script.bu1 = () => ({ owner: 'bob' })
      assert.equal(await refusal(change(id, { name: 'x' })), 'operation_forbidden')
    })

    test('do not run for those who may not change or delete the record', async () => {
      const { id } = await make()
      seen = []
      assert.equal(await refusal(change(id, { name: 'x' }, bob())), 'operation_forbidden')
      assert.equal(await refusal(ops().delete(bob(), 'hooked', id)), 'operation_forbidden')
      assert.equal(
        await refusal(ops().update(ada(), 'hooked', id, { name: 'x' }, { versions: [9] })),
        'operation_stale',
      )
      assert.equal(await refusal(ops().replace(bob(), 'hooked', id, { name: 'x' })), 'operation_forbidden')
      assert.equal(await refusal(ops().create(bench().anyone, 'hooked', { name: 7 })), 'operation_sign_in_required')
      assert.deepEqual(seen, [])
    })

    test('undo the operation by throwing, whenever they do', async () => {
      for (const name of ['bc1', 'bc2', 'ac']) {
        script = { [name]: () => Promise.reject(errors.stop()) }
        assert.equal(await refusal(make({ name: 'undone' })), 'logic_test_stop')
      }
      script = {}
      const { id } = await make()
      for (const name of ['bu2', 'au']) {
        script = { [name]: () => Promise.reject(errors.stop()) }
        assert.equal(await refusal(change(id, { name: 'undone' })), 'logic_test_stop')
      }
      for (const name of ['bd', 'ad']) {
        script = { [name]: () => Promise.reject(errors.stop()) }
        assert.equal(await refusal(ops().delete(ada(), 'hooked', id)), 'logic_test_stop')
      }
      assert.deepEqual(await records(ops().find(ada(), 'hooked', { where: { name: 'undone' } })), [])
      assert.equal((await record(ops().get(ada(), 'hooked', id))).version, 1)
    })

    test('after a write that change the record once more are in the answer', async () => {
      script.ac = ({ record: { id }, db }) => db.hooked.update(id, { name: 'touched' })
      const created = await ops().create(ada(), 'hooked', { name: 'h' })
      assert.deepEqual(
        [created.version, JSON.parse(created.json).name, JSON.parse(created.json).version],
        [2, 'touched', 2],
      )
      script = {
        au: ({ record: { id, version }, db }) => (version < 5 ? db.hooked.update(id, { count: version }) : undefined),
      }
      const changed = await ops().update(ada(), 'hooked', created.id, { name: 'x' })
      assert.deepEqual([changed.version, JSON.parse(changed.json).count], [5, 4])
    })

    test('that call themselves in a circle are stopped', async () => {
      script.au = ({ record: { id }, db }) => db.hooked.update(id, { count: increment(1) })
      const { id } = await make()
      assert.equal(await refusal(change(id, { name: 'x' })), 'operation_too_deep')
      assert.equal((await record(ops().get(ada(), 'hooked', id))).version, 1)
    })

    test('may take the place of an increment', async () => {
      const { id } = await make()
      const db = bench().db(ada()) as any
      const values: unknown[] = []
      script.bu1 = (context) => void values.push(context.values)
      assert.equal((await db.hooked.update(id, { count: increment(2) })).count, 2)
      script.bu1 = () => ({ count: 40 })
      assert.equal((await db.hooked.update(id, { count: increment(2) })).count, 40)
      script.bu1 = () => ({ count: increment(2) })
      assert.equal((await db.hooked.update(id, { count: 7 })).count, 42)
      assert.deepEqual(values, [{ count: { increment: 2 } }])
    })

    test('see private fields, since they are code', async () => {
      let pin: unknown
      const { id } = await make()
      const hidden = await account({ pin: '1234' }, 'bob')
      script.bu1 = async ({ db }) => {
        pin = (await (asSystem(db) as any).accounts.get(hidden.id)).pin
        await assert.rejects(db.accounts.get(hidden.id), { code: 'operation_not_found' })
      }
      await change(id, { name: 'x' })
      assert.equal(pin, '1234')
    })
  })

  describe('actions', () => {
    test('run in one transaction: everything, or nothing', async () => {
      const [from, to] = [await account({ balance: 10 }), await account({}, 'bob')]
      const answer = await ops().act(ada(), 'accounts', 'move', from.id, { to: to.id, amount: 4 })
      assert.equal(answer.kind, 'record')
      assert.deepEqual([await balance(from.id), await balance(to.id)], [6, 4])
      assert.equal(
        await refusal(ops().act(ada(), 'accounts', 'move', from.id, { to: to.id, amount: 7 })),
        'logic_test_stop',
      )
      const nowhere = '018f0000-0000-7000-8000-00000000dead'
      assert.equal(
        await refusal(ops().act(ada(), 'accounts', 'move', from.id, { to: nowhere, amount: 1 })),
        'operation_not_found',
      )
      assert.deepEqual([await balance(from.id), await balance(to.id)], [6, 4])
      assert.deepEqual(
        (await records(ops().find(bench().system, 'entries', { where: { account: from.id } }))).map(
          ({ amount, note }) => [amount, note],
        ),
        [[-4, 'moved']],
      )
      assert.deepEqual(await outbox(bench(), ['moved']), [['event', 'moved', 'ada', { amount: 4 }]])
      const letters = await bench().runtime.queue.list({ name: 'letter', limit: 10 })
      assert.deepEqual(
        letters.map(({ input }) => input),
        [{ to: to.id }],
      )
    })

    test('are called on records that the actor sees, by those whom they allow', async () => {
      const { id } = await account({ balance: 10 })
      assert.equal(await refusal(ops().act(bob(), 'accounts', 'move', id, {})), 'operation_not_found')
      assert.equal(await refusal(ops().act(bench().anyone, 'accounts', 'move', id, {})), 'operation_not_found')
      assert.equal(
        await refusal(ops().act(bench().as('t', 'teller'), 'accounts', 'move', id, {})),
        'operation_forbidden',
      )
      for (const wrong of ['x', '018f0000-0000-7000-8000-00000000dead'])
        assert.equal(await refusal(ops().act(ada(), 'accounts', 'move', wrong, {})), 'operation_not_found')
      assert.equal(await refusal(ops().act(ada(), 'accounts', 'never', id, {})), 'operation_forbidden')
      assert.equal(
        await refusal(ops().act(bench().anyone, 'accounts', 'others', undefined, {})),
        'operation_sign_in_required',
      )
      for (const name of ['nothing', 'constructor', '__proto__', 'others'])
        assert.equal(await refusal(ops().act(ada(), 'accounts', name, id, {})), 'operation_unknown_action')
      assert.equal(await refusal(ops().act(ada(), 'accounts', 'move', undefined, {})), 'operation_unknown_action')
    })

    test('take the input they declare, checked and completed', async () => {
      const { id } = await account()
      const wrong = { amount: 0, nonsense: 1, 'a/b': 1, note: 7 }
      assert.equal(
        await refusal(ops().act(ada(), 'accounts', 'move', id, wrong)),
        'operation_invalid /amount too_small, /a~1b unknown_field, /nonsense unknown_field, /note type, /to required',
      )
      for (const input of [[], 'x', 7])
        assert.equal(
          (await refusal(ops().act(ada(), 'accounts', 'move', id, input))).slice(0, 23),
          'operation_invalid  type',
        )
      let given: unknown
      await run(({ input }) => {
        given = input
      })
      assert.deepEqual(given, { name: 'script', data: null })
    })

    test('let out only what they declare', async () => {
      const teller = bench().as('t', 'teller')
      const { id } = await account({ pin: 'CANARY', secret: 'CANARY' })
      assert.deepEqual(await record(ops().act(teller, 'accounts', 'look', id, {}) as never), {
        balance: 0,
        price: { amount: 1, currency: 'EUR' },
        tags: ['a'],
        missing: null,
      })
      assert.deepEqual(await ops().act(ada(), 'accounts', 'leak', id, {}), { kind: 'none' })
      await assert.rejects(ops().act(ada(), 'accounts', 'wrong', id, {}), (error: any) => error.code === undefined)
    })

    test('answer with a record as the actor may see it: not at all, if he may not', async () => {
      const [own, other] = [
        await account({ pin: 'CANARY', secret: 'CANARY' }),
        await account({ secret: 'CANARY' }, 'bob'),
      ]
      const answer = async (id: string) =>
        record(ops().act(ada(), 'accounts', 'others', undefined, { which: id }) as never)
      assert.deepEqual(Object.keys(await answer(own.id)).includes('secret'), false)
      assert.deepEqual(await answer(other.id), { id: other.id })
      assert.deepEqual(await answer('018f0000-0000-7000-8000-00000000dead'), {
        id: '018f0000-0000-7000-8000-00000000dead',
      })
      await assert.rejects(
        ops().act(ada(), 'accounts', 'others', undefined, { which: 'none' }),
        /must return a record of accounts/,
      )
    })

    test('on one record run one after the other', async () => {
      const [from, to] = [await account({ balance: 10 }), await account({}, 'bob')]
      const move = () =>
        ops()
          .act(ada(), 'accounts', 'move', from.id, { to: to.id, amount: 3 })
          .then(
            () => 1,
            () => 0,
          )
      const moved = await Promise.all(Array.from({ length: 8 }, move))
      assert.equal(
        moved.reduce((sum: number, one) => sum + one, 0),
        3,
      )
      assert.deepEqual([await balance(from.id), await balance(to.id)], [1, 9])
    })

    test('end after their time, and nothing of them stays', async () => {
      const { id } = await account()
      const slow = run(async ({ db }) => {
        await (asSystem(db) as any).accounts.update(id, { balance: 99 })
        await sleep(700)
      })
      assert.equal(await refusal(slow), 'database_timeout')
      assert.equal(await balance(id), 0)
    })
  })

  describe('the data API inside a transaction', () => {
    test('acts with the actor’s rights; asSystem is the way out', async () => {
      const { id } = await account({}, 'bob')
      await run(async ({ db }) => {
        await assert.rejects(db.accounts.get(id), { code: 'operation_not_found' })
        await assert.rejects(db.accounts.update(id, { name: 'x' }), { code: 'operation_not_found' })
        assert.equal((await asSystem(db).accounts.get(id)).owner, 'bob')
      })
    })

    test('goes on after a failure that was caught', async () => {
      const taken = await account()
      const { id } = await account()
      await run(async ({ db }) => {
        const bank = asSystem(db)
        await assert.rejects(bank.accounts.create({ name: taken.name, owner: 'x' }), { code: 'operation_conflict' })
        await assert.rejects(bank.accounts.update(id, { name: taken.name }), { code: 'operation_conflict' })
        await assert.rejects(bank.entries.create({ account: '018f0000-0000-7000-8000-00000000dead', amount: 1 }), {
          code: 'operation_invalid',
        })
        await assert.rejects(bank.accounts.find({ where: { nonsense: 1 } }), { code: 'query_invalid' })
        await bank.accounts.update(id, { balance: 5 })
      })
      assert.equal(await balance(id), 5)
    })

    test('runs what is started together one after the other: a failure undoes only itself', async () => {
      const taken = await account()
      const { id } = await account()
      await run(async ({ db, events, jobs }) => {
        const bank = asSystem(db)
        const results = await Promise.allSettled([
          bank.accounts.update(id, { balance: increment(1) }),
          bank.accounts.create({ name: taken.name, owner: 'x' }),
          events.add('together', { n: 1 }),
          bank.accounts.update(id, { balance: increment(2) }),
          db.accounts.create({ name: taken.name, owner: 'ada' }),
          jobs.add('letter', { to: 'somebody' }),
          bank.accounts.update(id, { balance: increment(4) }),
          bank.accounts.get('none'),
        ])
        assert.deepEqual(
          results.map(({ status }) => status[0]),
          ['f', 'r', 'f', 'f', 'r', 'f', 'f', 'r'],
        )
      })
      assert.equal(await balance(id), 7)
      assert.equal((await outbox(bench(), ['together'])).length, 1)
      const [letter] = await bench().runtime.queue.list({ name: 'letter', limit: 1 })
      assert.deepEqual(letter?.input, { to: 'somebody' })
    })

    test('is over when the action is', async () => {
      let kept: any
      await run(({ db }) => {
        kept = db
      })
      await assert.rejects(kept.accounts.find(), /over/)
    })

    test('gives and finds records, undefined where there is none', async () => {
      const { id } = await account({ balance: 3 })
      const db = bench().db(ada()) as any
      assert.equal((await db.accounts.get(id)).balance, 3)
      for (const missing of ['none', '018f0000-0000-7000-8000-00000000dead']) {
        assert.equal(await db.accounts.findOne(missing), undefined)
        await assert.rejects(db.accounts.get(missing), { code: 'operation_not_found' })
      }
      assert.equal((await db.accounts.first({ where: { id } })).id, id)
      assert.equal(await db.accounts.first({ where: { name: 'nobody' } }), undefined)
      assert.equal(await db.accounts.count({ id }), 1)
      assert.equal(await db.accounts.count({ name: 'nobody' }), 0)
      assert.deepEqual(await db.accounts.aggregate({ where: { id }, sum: ['balance'] }), [{ sum: { balance: 3 } }])
      assert.equal(await db.accounts.updateIf(id, { balance: 4 }, { isOpen: false }), undefined)
      assert.equal((await db.accounts.updateIf(id, { balance: 3 }, { isOpen: false })).isOpen, false)
      await assert.rejects(db.accounts.updateIf('none', {}, {}), { code: 'operation_not_found' })
      await db.accounts.delete(id, { version: 2 })
      assert.throws(() => asSystem({}), TypeError)
    })

    test('outside of one tells the time of each call', async () => {
      const { createDb } = await import('../../packages/server/src/operations/local-db.ts')
      let now = '2026-01-01T00:00:00.000Z'
      const db = asSystem(createDb(bench().as('ada'), ops(), () => now)) as any
      const { id } = await db.accounts.create({ name: 'timed', owner: 'ada' })
      now = '2026-01-02T00:00:00.000Z'
      const { createdAt, updatedAt } = await db.accounts.update(id, { isOpen: false })
      assert.deepEqual([createdAt, updatedAt], ['2026-01-01T00:00:00.000Z', now])
    })
  })

  describe('the outbox', () => {
    test('takes events with the change that causes them, in its order, without private fields', async () => {
      const { id } = await record(
        ops().create(bench().system, 'accounts', { name: 'told', owner: 'ada', pin: 'CANARY' }),
      )
      await ops().update(ada(), 'accounts', id, { isOpen: false })
      await ops().delete(ada(), 'accounts', id)
      const told = (await outbox(bench(), [])).filter(([, , , payload]) => payload.id === id)
      assert.deepEqual(
        told.map(([, name, who, payload]) => [name, who, Object.keys(payload).includes('pin'), payload.isOpen]),
        [
          ['accounts.created', null, false, true],
          ['accounts.updated', 'ada', false, false],
          ['accounts.deleted', 'ada', false, undefined],
        ],
      )
    })

    test('takes nothing of a change that was undone', async () => {
      script.ac = () => Promise.reject(errors.stop())
      await refusal(make({ name: 'never told' }))
      assert.equal(
        await refusal(
          run(async ({ events }) => {
            await events.add('never told', {})
            throw errors.stop()
          }) as never,
        ),
        'logic_test_stop',
      )
      assert.equal(JSON.stringify(await outbox(bench(), [])).includes('never told'), false)
    })

    test('tells that a record was created before it tells what a hook changed in it', async () => {
      script.ac = ({ record: { id }, db }) => db.hooked.update(id, { name: 'later' })
      const { id } = await make()
      const told = (await outbox(bench(), [])).filter(([, , , payload]) => payload.id === id)
      assert.deepEqual(
        told.map(([, name, , payload]) => [name, payload.name]),
        [
          ['hooked.created', 'h'],
          ['hooked.updated', 'later'],
        ],
      )
    })

    test('refuses what is too large and what no database stores, and goes on', async () => {
      await run(async ({ events }) => {
        await assert.rejects(events.add('x', { text: 'a'.repeat(262_144) }), { code: 'operation_payload_too_large' })
        for (const text of ['\0', 'a\0', '\\\0', '\ud800', 'x\udc00'])
          await assert.rejects(
            events.add('x', { text }),
            { code: 'operation_payload_unstorable' },
            JSON.stringify(text),
          )
        await events.add('stored', { text: '\\u0000 \\\\u0000 😀 \u001f', '\\ud800': 1 })
      })
      assert.deepEqual((await outbox(bench(), ['stored']))[0]![3], {
        text: '\\u0000 \\\\u0000 😀 \u001f',
        '\\ud800': 1,
      })
    })
  })
})

/** Entries of the outbox, those of some names or all: kind, name, actor and payload. */
async function outbox(
  { database }: Bench,
  names: readonly string[],
): Promise<readonly (readonly [string, string, string | null, any])[]> {
  const rows = await database.read({
    text: 'select kind, name, actor, payload from galley_outbox order by id',
    parameters: [],
  })
  return rows
    .filter(([, name]) => names.length === 0 || names.includes(name as string))
    .map(([kind, name, actor, payload]) => [
      kind as string,
      name as string,
      actor as string | null,
      JSON.parse(payload as string),
    ])
}
