import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  action,
  asSystem,
  checkScopes,
  collection,
  defineApp,
  eq,
  everyone,
  hook,
  many,
  manyToMany,
  reference,
  text,
} from 'galley'
import { createTestApp } from 'galley/testing'
import { compileModel } from '../../packages/server/src/model/compile-model.ts'
import { onBothDatabases } from '../operations/on-both-databases.ts'

const open = { read: everyone(), create: everyone(), update: everyone(), delete: everyone() }
const products = collection('products', {
  fields: { name: text(), category: reference('categories', { optional: true }), tags: manyToMany('tags') },
  rules: open,
  cache: { maxAge: '1h' },
})
const categories = collection('categories', { fields: { name: text(), products: many('products') }, rules: open })
const tags = collection('tags', { fields: { name: text() }, rules: open })
const secrets = collection('secrets', {
  fields: { name: text() },
  rules: { read: ({ row, actor }) => eq(row.name, actor.id) },
})
const notes = collection('notes', { fields: { text: text() }, rules: open })
const actions = [
  action('products', 'copy', {
    input: { as: text() },
    output: 'products',
    allow: everyone(),
    run: async ({ db, input }) => {
      if (input.as === 'actor') return db.products!.create({ name: 'copy' })
      return asSystem(db).products!.create({ name: 'copy' })
    },
  }),
]
const hooks = [
  hook('notes', 'afterCreate', async ({ db, record }) => {
    await db.tags!.create({ name: record.text })
  }),
]
const app = defineApp({ name: 'Shop', collections: [products, categories, tags, secrets, notes], actions, hooks })
const outOf = (scope: string) => ({ code: 'operation_out_of_scope', category: 'forbidden', details: { scope } })

onBothDatabases(app, (bench) => {
  const as = (...scopes: readonly string[]) => {
    const context = bench().as('ada')
    return { ...context, actor: { ...context.actor, scopes } }
  }
  const data = async () => {
    const { operations, system } = bench()
    const { id: category } = await operations.create(system, 'categories', { name: 'Teas' })
    const { id: tag } = await operations.create(system, 'tags', { name: 'green' })
    const { id: product } = await operations.create(system, 'products', { name: 'Tea', category, tags: [tag] })
    return { category, tag, product }
  }

  test('every operation that no scope covers is refused, and the scope is told', async () => {
    const { operations } = bench()
    const { product, category } = await data()
    for (const scopes of [
      [],
      ['categories:*', '*:checkout', 'products', 'products:rea', 'products:read:all', ':', ''],
    ]) {
      const it = as(...scopes)
      const refused = (work: () => unknown, scope: string) => assert.rejects(async () => work(), outOf(scope))
      await refused(() => operations.find(it, 'products', {}), 'products:read')
      await refused(() => operations.get(it, 'products', product), 'products:read')
      await refused(() => operations.aggregate(it, 'products', { count: true }), 'products:read')
      await refused(() => operations.related(it, 'products', product, 'category', {}), 'products:read')
      await refused(() => operations.create(it, 'products', { name: 'x' }), 'products:create')
      await refused(() => operations.update(it, 'products', product, { name: 'x' }), 'products:update')
      await refused(() => operations.replace(it, 'products', product, { name: 'x' }), 'products:update')
      await refused(() => operations.delete(it, 'products', product), 'products:delete')
      await refused(() => operations.act(it, 'products', 'copy', product, { as: 'actor' }), 'products:copy')
      await refused(
        () => operations.createRelated(it, 'categories', category, 'products', { name: 'x' }),
        'products:create',
      )
      await refused(() => operations.createRelated(it, 'products', product, 'tags', { name: 'x' }), 'tags:create')
      const step = { operation: 'create', collection: 'products', data: { name: 'x' } }
      await refused(() => operations.batch(it, { operations: [step, step] }), 'products:create')
      await refused(() => bench().db(it).products!.find(), 'products:read')
    }
  })

  test('whether a record exists is not told to those whose scopes cover no operation on it', async () => {
    const { operations } = bench()
    const nowhere = '01890000-0000-7000-8000-000000000000'
    await assert.rejects(operations.update(as('products:read'), 'products', nowhere, {}), outOf('products:update'))
    await assert.rejects(operations.delete(as(), 'products', nowhere), outOf('products:delete'))
    await assert.rejects(operations.replace(as(), 'products', nowhere, { name: 'x' }), outOf('products:update'))
    await assert.rejects(operations.act(as(), 'products', 'copy', nowhere, {}), outOf('products:copy'))
  })

  test('what lies behind a relation is not there when the scopes do not cover it', async () => {
    const { operations } = bench()
    const { product, category } = await data()
    const [narrow, wide] = [as('products:read'), as('products:read', 'categories:read', 'tags:read')]
    const expand = Object.freeze({ expand: { category: true, tags: true } } as const)
    const get = async (it: typeof narrow) => JSON.parse((await operations.get(it, 'products', product, expand)).json)
    assert.equal((await get(wide)).category.name, 'Teas')
    const { category: none, tags: nothing } = await get(narrow)
    assert.deepEqual([none, nothing], [null, []])
    const count = async (it: typeof narrow, where: object) =>
      JSON.parse((await operations.find(it, 'products', { where: { and: [{ name: 'Tea' }, where] } })).json).data
        .length > 0
    const wheres = [{ category: { name: 'Teas' } }, { tags: { some: { name: 'green' } } }]
    for (const where of wheres) assert.deepEqual([await count(wide, where), await count(narrow, where)], [true, false])
    await assert.rejects(
      async () => operations.related(narrow, 'products', product, 'category', {}),
      outOf('categories:read'),
    )
    const behind = () => operations.related(as('categories:read'), 'categories', category, 'products', {})
    await assert.rejects(behind, outOf('products:read'))
  })

  test('logic acts with the scopes of whoever caused it, unless it says otherwise', async () => {
    const { operations } = bench()
    const { product } = await data()
    const it = as('products:copy', 'notes:create')
    await assert.rejects(operations.act(it, 'products', 'copy', product, { as: 'actor' }), outOf('products:create'))
    const answer = await operations.act(it, 'products', 'copy', product, { as: 'system' })
    assert.deepEqual(Object.keys(JSON.parse((answer as { json: string }).json)), ['id'])
    await assert.rejects(operations.create(it, 'notes', { text: 'x' }), outOf('tags:create'))
    await operations.create(as('notes:create', 'tags:create'), 'notes', { text: 'x' })
  })

  test('with one operation alone a key does that, and sees no more than the id', async () => {
    const { operations } = bench()
    const { product, category, tag } = await data()
    const made = await operations.create(as('products:create'), 'products', { name: 'New', category, tags: [tag] })
    assert.deepEqual(Object.keys(JSON.parse(made.json)), ['id'])
    const changed = await operations.update(as('products:update'), 'products', product, { name: 'Changed', tags: [] })
    assert.deepEqual(JSON.parse(changed.json), { id: product })
    await assert.rejects(
      operations.replace(as('products:create'), 'products', product, { name: 'x' }),
      outOf('products:update'),
    )
    const fresh = '01890000-0000-7000-8000-00000000000a'
    await assert.rejects(
      operations.replace(as('products:update'), 'products', fresh, { name: 'x' }),
      outOf('products:create'),
    )
    await operations.delete(as('*:delete'), 'products', made.id)
    assert.match((await operations.get(as('*:*'), 'products', product)).json, /Changed/)
  })

  test('scopes never widen what the rules allow', async () => {
    const { operations, system } = bench()
    await operations.create(system, 'secrets', { name: 'bob' })
    assert.equal(JSON.parse((await operations.find(as('*:*'), 'secrets', {})).json).data.length, 0)
    await assert.rejects(operations.create(as('*:*'), 'secrets', { name: 'ada' }), { code: 'operation_forbidden' })
  })

  test('an answer that is stored under an idempotency key is not given to narrower scopes', async () => {
    const { operations } = bench()
    const answer = { status: 200, headers: {}, body: 'secret' }
    const receipt = { key: 'k', fingerprint: 'f' }
    await operations.once(as('*:*'), receipt, async () => answer)
    const { body } = await operations.once(as(), receipt, async () => ({ ...answer, body: 'refused' }))
    assert.equal(body, 'refused')
  })
})

test('over HTTP and in kept answers, two keys of one owner see what each may', async () => {
  const shop = await createTestApp(app)
  try {
    const { id: category } = await shop.system.categories!.create({ name: 'Teas' })
    await shop.system.products!.create({ name: 'Tea', category })
    const ask = async (...scopes: readonly string[]) => {
      const answer = await shop.as({ id: 'ada', kind: 'key', scopes }).fetch('/api/products?expand=category')
      return [answer.status, (await answer.text()).includes('Teas')]
    }
    const [wide, narrow] = [['*:read'], ['products:read']]
    assert.deepEqual(
      [await ask(...wide), await ask(...narrow), await ask(), await ask(...wide), await ask(...narrow)],
      [
        [200, true],
        [200, false],
        [403, false],
        [200, true],
        [200, false],
      ],
    )
  } finally {
    await shop.close()
  }
})

test('scopes that name nothing are told, with what was probably meant', () => {
  const model = compileModel(app)
  const good = ['products:read', 'products:*', '*:read', '*:*', 'products:copy', '*:copy']
  assert.deepEqual(checkScopes(good, model), [])
  const bad = ['product:read', 'products:raed', 'tags:copy', 'products', 'a:b:c', '*:nothing']
  assert.deepEqual(
    checkScopes([...good, ...bad], model).map(({ scope }) => scope),
    bad,
  )
  const [first, second] = checkScopes(bad, model)
  assert.match(first!.message, /Did you mean products\?/)
  assert.match(second!.message, /Did you mean read\?/)
})
