import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  action,
  collection,
  defineApp,
  eq,
  everyone,
  many,
  manyToMany,
  one,
  reference,
  role,
  signedIn,
  slug,
  text,
} from 'galley'
import { createTestApp } from 'galley/testing'
import { databaseFromUrl } from '../../packages/server/src/app/database-from-url.ts'
import type { App } from '../../packages/server/src/model/app.ts'
import { compileModel } from '../../packages/server/src/model/compile-model.ts'
import type { AnyCollection } from '../../packages/server/src/model/infer.ts'
import { requireCollection } from '../../packages/server/src/model/require-collection.ts'
import { ruleText } from '../../packages/server/src/model/rule-text.ts'
import { describePlan } from '../../packages/server/src/schema/describe-plan.ts'
import { planMigration } from '../../packages/server/src/schema/plan.ts'
import { databases } from '../databases.ts'
import { type Bench, onBothDatabases, openBench } from '../operations/on-both-databases.ts'

const organizations = collection('organizations', {
  fields: { name: text(), projects: many('projects') },
  rules: { read: ({ row, actor }) => eq(row.id, actor.tenant), update: ({ row, actor }) => eq(row.id, actor.tenant) },
})
const projects = collection('projects', {
  tenant: 'organizations',
  fields: {
    name: text({ search: true }),
    slug: slug({ from: 'name' }),
    code: text({ optional: true, unique: true }),
    tasks: many('tasks'),
    labels: manyToMany('labels'),
  },
  rules: { read: signedIn(), create: signedIn(), update: signedIn(), delete: role('admin') },
  indexes: [['name'], { fields: ['name', 'code'], unique: true }],
  cache: { maxAge: '1h' },
})
const tasks = collection('tasks', {
  tenant: { collection: 'organizations', field: 'owner' },
  fields: { title: text(), project: reference('projects', { onDelete: 'cascade' }) },
  rules: { read: everyone(), create: everyone(), update: everyone(), delete: everyone() },
})
const labels = collection('labels', {
  tenant: 'organizations',
  fields: { name: text() },
  rules: { read: signedIn(), create: signedIn() },
})
const actions = [
  action('projects', 'touch', { allow: everyone(), run: ({ db, record }) => void db.projects!.update(record.id, {}) }),
]
const app = defineApp({
  name: 'Work',
  collections: [organizations, projects, tasks, labels],
  actions,
  roles: { admin: {} },
})
const needed = { code: 'operation_tenant_required', category: 'forbidden' }
const notFound = { code: 'operation_not_found' }

onBothDatabases(app, (bench) => {
  const as = (tenant: string | undefined, ...roles: readonly string[]) => {
    const context = bench().as('ada', ...roles)
    return { ...context, actor: { ...context.actor, ...(tenant === undefined ? {} : { tenant }) } }
  }
  const everything = Object.freeze({})
  const names = async (context: ReturnType<typeof as>, name = 'projects') =>
    JSON.parse((await bench().operations.find(context, name, everything)).json).data.map((record: any) => record.name) // any: of any collection
  const twoWorlds = async () => {
    const { operations, system } = bench()
    const make = async (name: string) => (await operations.create(system, 'organizations', { name })).id
    const [red, blue] = [await make('Red'), await make('Blue')]
    const inRed = (await operations.create(as(red), 'projects', { name: 'Plan' })).id
    const inBlue = (await operations.create(as(blue), 'projects', { name: 'Plan' })).id
    return { red, blue, inRed, inBlue }
  }

  test('records are made in the tenant the actor acts in, and are there for nobody else', async () => {
    const { operations, system } = bench()
    const { red, blue, inRed, inBlue } = await twoWorlds()
    const record = JSON.parse((await operations.get(as(red), 'projects', inRed)).json)
    assert.equal(record.organization, red)
    for (const [context, own, other] of [
      [as(red, 'admin'), inRed, inBlue],
      [as(blue, 'admin'), inBlue, inRed],
    ] as const) {
      assert.deepEqual(await names(context), ['Plan'])
      const counted = await operations.aggregate(context, 'projects', { count: true })
      assert.equal(JSON.parse(counted.json).data[0].count, 1)
      const found = await operations.find(context, 'projects', { search: 'plan' })
      assert.deepEqual(
        JSON.parse(found.json).data.map(({ id }: { id: string }) => id),
        [own],
      )
      await assert.rejects(async () => operations.get(context, 'projects', other), notFound)
      await assert.rejects(operations.update(context, 'projects', other, { name: 'Mine' }), notFound)
      await assert.rejects(operations.delete(context, 'projects', other), notFound)
      await assert.rejects(operations.act(context, 'projects', 'touch', other, {}), notFound)
      await assert.rejects(async () => operations.related(context, 'projects', other, 'tasks', {}), notFound)
      await operations.update(context, 'projects', own, { name: 'Ours' })
    }
    assert.equal(
      JSON.parse((await operations.find(system, 'projects', { where: { name: 'Ours' } })).json).data.length,
      2,
    )
  })

  test('no record is put into another tenant, nor moved there', async () => {
    const { operations, system } = bench()
    const { red, blue, inRed } = await twoWorlds()
    const refusedByWhatever = (work: Promise<unknown>) => assert.rejects(work, /may not create|errors/)
    await refusedByWhatever(operations.create(as(red), 'projects', { name: 'x', organization: blue }))
    await operations.create(as(red), 'projects', { name: 'x', organization: red })
    await assert.rejects(operations.update(as(red), 'projects', inRed, { organization: blue }), {
      code: 'operation_invalid',
    })
    await assert.rejects(operations.replace(as(red), 'projects', inRed, { name: 'x', organization: blue }), {
      code: 'operation_invalid',
    })
    await operations.replace(as(red), 'projects', inRed, { name: 'Replaced' })
    assert.equal(JSON.parse((await operations.get(as(red), 'projects', inRed)).json).organization, red)
    await refusedByWhatever(
      operations.createRelated(as(red), 'organizations', red, 'projects', { name: 'x', organization: blue }),
    )
    await assert.rejects(operations.createRelated(as(red), 'organizations', blue, 'projects', { name: 'x' }), notFound)
    await assert.rejects(operations.create(system, 'projects', { name: 'x' }), { code: 'operation_invalid' })
  })

  test('who acts in no tenant sees nothing, makes nothing, and is told why', async () => {
    const { operations } = bench()
    const { inRed } = await twoWorlds()
    const nobody = as(undefined, 'admin')
    await assert.rejects(async () => operations.find(nobody, 'projects', everything), needed)
    await assert.rejects(async () => operations.get(nobody, 'projects', inRed), needed)
    await assert.rejects(operations.create(nobody, 'projects', { name: 'x' }), needed)
    await assert.rejects(operations.update(nobody, 'projects', inRed, { name: 'x' }), notFound)
    await assert.rejects(async () => operations.find(bench().anyone, 'tasks', {}), {
      code: 'operation_sign_in_required',
    })
    await assert.rejects(async () => operations.find(as('no id at all'), 'projects', {}), {
      code: 'operation_forbidden',
    })
  })

  test('a record refers to none of another tenant', async () => {
    const { operations } = bench()
    const { red, blue, inRed, inBlue } = await twoWorlds()
    const unknown = { code: 'operation_invalid', message: /errors/i }
    await assert.rejects(operations.create(as(red), 'tasks', { title: 'x', project: inBlue }), unknown)
    const { id } = await operations.create(as(red), 'tasks', { title: 'x', project: inRed })
    await assert.rejects(operations.update(as(red), 'tasks', id, { project: inBlue }), unknown)
    const theirs = (await operations.create(as(blue), 'labels', { name: 'hot' })).id
    await assert.rejects(operations.update(as(red), 'projects', inRed, { labels: [theirs] }), unknown)
    await assert.rejects(operations.createRelated(as(red), 'projects', inBlue, 'labels', { name: 'x' }), notFound)
    const steps = [{ operation: 'create', collection: 'tasks', data: { title: 'x', project: inBlue } }]
    await assert.rejects(operations.batch(as(red), { operations: steps }), unknown)
  })

  test('what is unique is so in each tenant: another one does not tell that it has the value', async () => {
    const { operations } = bench()
    const { red, blue, inRed, inBlue } = await twoWorlds()
    const slugOf = async (tenant: string, id: string) =>
      JSON.parse((await operations.get(as(tenant), 'projects', id)).json).slug
    assert.deepEqual([await slugOf(red, inRed), await slugOf(blue, inBlue)], ['plan', 'plan'])
    for (const tenant of [red, blue]) await operations.create(as(tenant), 'projects', { name: 'One', code: 'A1' })
    await assert.rejects(operations.create(as(red), 'projects', { name: 'Two', code: 'A1' }), (error: any) => {
      assert.equal(error.code, 'operation_conflict')
      assert.deepEqual(
        error.issues.map(({ pointer }: { pointer: string }) => pointer),
        ['/code'],
      )
      return true
    })
  })

  test('what is prepared or kept for one tenant is not given to another', async () => {
    const { red, blue, inRed } = await twoWorlds()
    await bench().operations.update(as(red), 'projects', inRed, { name: 'Secret' })
    for (let round = 0; round < 3; round += 1) {
      assert.deepEqual(await names(as(red)), ['Secret'])
      assert.deepEqual(await names(as(blue)), ['Plan'])
      assert.deepEqual(await names(as(red), 'organizations'), ['Red'])
    }
  })
})

test('over HTTP two tenants share no kept answer', async () => {
  const work = await createTestApp(app)
  try {
    const ids = []
    for (const name of ['Red', 'Blue']) {
      const { id: tenant } = await work.system.organizations!.create({ name })
      ids.push(tenant)
      await work.as({ id: 'ada', tenant }).db.projects!.create({ name: `${name} plan` })
    }
    for (const [index, tenant] of [...ids, ...ids].entries()) {
      const answer = await work.as({ id: 'ada', tenant }).fetch('/api/projects')
      const { data } = (await answer.json()) as { data: { name: string }[] }
      assert.deepEqual(
        data.map(({ name }) => name),
        [index % 2 === 0 ? 'Red plan' : 'Blue plan'],
      )
    }
    assert.equal((await work.as({ id: 'ada' }).fetch('/api/projects')).status, 403)
    const added = await work.as({ id: 'ada', tenant: ids[0]! }).db.projects!.create({ name: 'typed' })
    assert.equal(added.organization satisfies string, ids[0])
  } finally {
    await work.close()
  }
})

test('the declaration of a tenant is narrowed in its rules, its field and its indexes', () => {
  const model = compileModel(app)
  const { rules, indexes, fields, tenant } = requireCollection(model, 'projects')
  assert.equal(model.tenants, 'organizations')
  assert.deepEqual(tenant, { collection: 'organizations', field: 'organization' })
  assert.deepEqual(
    indexes.map((index) => index.fields),
    [
      ['organization', 'name'],
      ['organization', 'name', 'code'],
    ],
  )
  assert.equal(fields.get('organization')!.isImmutable, true)
  assert.equal(ruleText(rules.read), 'whoever belongs to the organization and is signed in')
  assert.equal(ruleText(requireCollection(model, 'tasks').rules.read), 'whoever belongs to the owner')
  assert.equal(ruleText(requireCollection(model, 'labels').rules.delete), 'nobody')
})

test('the field is called by the singular, in camelCase', () => {
  const fieldFor = (tenant: string) => collection('x', { fields: {}, tenant }).tenant!.field
  const expected = {
    organizations: 'organization',
    'sales-companies': 'salesCompany',
    businesses: 'business',
    boxes: 'box',
    branches: 'branch',
    people: 'people',
  }
  for (const [name, field] of Object.entries(expected)) assert.equal(fieldFor(name), field)
  const typed = collection('typed', { fields: {}, tenant: 'sales-companies' })
  typed.fields.salesCompany satisfies object
})

test('what cannot be a tenant is told', () => {
  const problemsOf = (...collections: any[]) => {
    try {
      compileModel(defineApp({ name: 'Wrong', collections }))
    } catch (error) {
      return (error as Error).message
    }
    return ''
  }
  const tenants = collection('organizations', { fields: {} })
  assert.match(problemsOf(collection('a', { fields: {}, tenant: 'nowhere' })), /no collection nowhere/)
  assert.match(
    problemsOf(tenants, collection('a', { fields: { organization: text() }, tenant: 'organizations' })),
    /made by tenant/,
  )
  assert.match(
    problemsOf(tenants, collection('a', { fields: {}, tenant: { collection: 'organizations' } as never })),
    /Name the collection/,
  )
  const others = collection('teams', { fields: {} })
  const two = [
    collection('a', { fields: {}, tenant: 'organizations' }),
    collection('b', { fields: {}, tenant: 'teams' }),
  ]
  assert.match(problemsOf(tenants, others, ...two), /All that have a tenant have it there/)
  const users = collection('users', { fields: { card: one('cards') } })
  const cards = collection('cards', { fields: { user: reference('users', { unique: true }) }, tenant: 'organizations' })
  assert.match(problemsOf(tenants, users, cards), /unique for each tenant/)
})

const owners = collection('owners', { fields: { name: text() } })
const notesOf = (notes: AnyCollection) => defineApp({ name: 'Notes', collections: [owners, notes] })
const before = notesOf(collection('notes', { fields: { text: text({ unique: true }) } }))
const between = notesOf(
  collection('notes', { fields: { text: text({ unique: true }), owner: reference('owners', { optional: true }) } }),
)
const after = notesOf(collection('notes', { fields: { text: text({ unique: true }) }, tenant: 'owners' }))

for (const { name, url } of databases) {
  const place = async () =>
    name === 'sqlite' ? `sqlite:${join(mkdtempSync(join(tmpdir(), 'tenants-')), 'db')}` : url()

  test(`a collection without records gets tenants by a safe migration (${name})`, async () => {
    const database = await place()
    await withBench(before, database, async () => {})
    await withBench(after, database, async ({ operations, system }) => {
      for (const name of ['a', 'b']) {
        const { id: owner } = await operations.create(system, 'owners', { name })
        await operations.create(system, 'notes', { text: 'same', owner })
      }
    })
  })

  test(`a collection with records gets tenants when each has been told whose it is (${name})`, async () => {
    const database = await place()
    const noteId = await withBench(before, database, async ({ operations, system }) => {
      return (await operations.create(system, 'notes', { text: 'a' })).id
    })
    assert.match(await planFor(after, database), /notes\.owner is required, but 1 record has no value for it/)
    await withBench(between, database, async ({ operations, system }) => {
      const { id: owner } = await operations.create(system, 'owners', { name: 'Red' })
      await operations.update(system, 'notes', noteId, { owner })
    })
    assert.doesNotMatch(await planFor(after, database), /In the way/)
  })
}

async function withBench<T>(app: App, database: string, work: (bench: Bench) => Promise<T>): Promise<T> {
  const bench = await openBench(app, database)
  try {
    return await work(bench)
  } finally {
    await bench.database.close()
  }
}

async function planFor(app: App, url: string): Promise<string> {
  const database = await databaseFromUrl(url)
  try {
    return describePlan(await planMigration(database, compileModel(app)))
  } finally {
    await database.close()
  }
}
