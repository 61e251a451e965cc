import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessList, allows, and, collection, defineApp, not, or, reference, role, signedIn, text } from 'galley'
import { compileModel } from '../../packages/server/src/model/compile-model.ts'
import { requireCollection } from '../../packages/server/src/model/require-collection.ts'
import { ruleText } from '../../packages/server/src/model/rule-text.ts'
import { onBothDatabases } from '../operations/on-both-databases.ts'

const documents = collection('documents', {
  fields: {
    title: text(),
    access: accessList({ creator: 'own', write: ({ row }) => allows(row.access, 'own') }),
  },
  rules: {
    read: ({ row }) => allows(row.access, 'read'),
    create: signedIn(),
    update: ({ row }) => allows(row.access, 'write'),
    delete: ({ row }) => allows(row.access, 'own'),
  },
  cache: { maxAge: '1h' },
})
const comments = collection('comments', {
  fields: { text: text(), document: reference('documents', { onDelete: 'cascade' }) },
  rules: {
    read: ({ row }) => allows(row.document.access, 'read'),
    create: ({ row }) => allows(row.document.access, 'write'),
  },
})
const app = defineApp({
  name: 'Files',
  collections: [documents, comments],
  roles: { staff: {}, boss: { includes: ['staff'] } },
})
const forbidden = { code: 'operation_forbidden' }
const notFound = { code: 'operation_not_found' }

onBothDatabases(app, (bench) => {
  const as = (id: string | null, tenant?: string, ...roles: readonly string[]) => {
    const context = bench().as(id, ...roles)
    return { ...context, actor: { ...context.actor, ...(tenant === undefined ? {} : { tenant }) } }
  }
  const everything = Object.freeze({})
  const share = async (...access: readonly object[]) =>
    (await bench().operations.create(bench().system, 'documents', { title: 'Plan', access })).id
  const sees = async (context: ReturnType<typeof as>, id: string) => {
    const { data } = JSON.parse((await bench().operations.find(context, 'documents', everything)).json)
    return data.some((record: { id: string }) => record.id === id)
  }

  test('an entry is for the actor it names: by id, role, tenant, or as everyone', async () => {
    const nobodyElse = [as('bob'), as('ada2'), as('staff'), as('red'), as(null), bench().anyone]
    const cases = [
      ['user:ada', as('ada')],
      ['role:staff', as('eve', undefined, 'boss')],
      ['tenant:red', as('eve', 'red')],
    ] as const
    for (const [to, who] of cases) {
      const id = await share({ to, level: 'read' })
      assert.equal(await sees(who, id), true, to)
      for (const other of nobodyElse) assert.equal(await sees(other, id), false, to)
      assert.equal(await sees(who, id), true, to)
    }
    const open = await share({ to: 'everyone', level: 'read' })
    for (const who of nobodyElse) assert.equal(await sees(who, open), true)
    const closed = await share()
    for (const [, who] of cases) assert.equal(await sees(who, closed), false)
  })

  test('a level brings those before it, and not those after', async () => {
    const { operations } = bench()
    const ada = as('ada')
    const read = await share({ to: 'user:ada', level: 'read' })
    await assert.rejects(operations.update(ada, 'documents', read, { title: 'x' }), forbidden)
    const write = await share({ to: 'everyone', level: 'read' }, { to: 'user:ada', level: 'write' })
    await operations.update(ada, 'documents', write, { title: 'x' })
    await assert.rejects(operations.delete(ada, 'documents', write), forbidden)
    await assert.rejects(operations.update(as('bob'), 'documents', write, { title: 'y' }), forbidden)
    await operations.delete(ada, 'documents', await share({ to: 'user:ada', level: 'own' }))
  })

  test('only owners change the list, and none of them locks themselves out', async () => {
    const { operations } = bench()
    const ada = as('ada')
    const { id } = await operations.create(ada, 'documents', { title: 'Mine' })
    const own = { to: 'user:ada', level: 'own' }
    assert.deepEqual(JSON.parse((await operations.get(ada, 'documents', id)).json).access, [own])
    assert.equal(await sees(as('bob'), id), false)
    await operations.update(ada, 'documents', id, { access: [own, { to: 'user:bob', level: 'write' }] })
    const takeover = { access: [{ to: 'user:bob', level: 'own' }] }
    await assert.rejects(operations.update(as('bob'), 'documents', id, takeover), { code: 'operation_field_forbidden' })
    await assert.rejects(operations.update(ada, 'documents', id, { access: [] }), forbidden)
    await assert.rejects(operations.create(ada, 'documents', { title: 'x', ...takeover }), {
      code: 'operation_field_forbidden',
    })
    await assert.rejects(operations.get(as('eve'), 'documents', id) as Promise<unknown>, notFound)
  })

  test('a list is asked behind a reference', async () => {
    const { operations, system } = bench()
    const document = await share({ to: 'user:ada', level: 'write' }, { to: 'user:bob', level: 'read' })
    await operations.create(as('ada'), 'comments', { text: 'a', document })
    await assert.rejects(operations.create(as('bob'), 'comments', { text: 'b', document }), forbidden)
    const seenBy = async (who: ReturnType<typeof as>) =>
      JSON.parse((await operations.find(who, 'comments', everything)).json).data.length
    assert.deepEqual([await seenBy(as('bob')), await seenBy(as('eve'))], [1, 0])
    await operations.delete(system, 'documents', document)
  })

  test('a list that is none is refused, with the place of each problem', async () => {
    const access = [
      { to: 'nobody', level: 'read' },
      { to: 'everyone', level: 'eat' },
    ]
    await assert.rejects(bench().operations.create(as('ada'), 'documents', { title: 'x', access }), (error: any) => {
      assert.deepEqual(
        error.issues.map(({ pointer }: { pointer: string }) => pointer),
        ['/access/0/to', '/access/1/level'],
      )
      return true
    })
  })
})

test('levels are those of the field, and only access lists are asked', () => {
  const fields = { title: text(), access: accessList({ levels: ['see', 'edit'], creator: 'see' }) }
  const wrong = collection('wrong', {
    fields,
    rules: {
      read: ({ row }: any) => and(allows(row.access, 'read'), allows(row.title, 'see'), allows(row.nothing, 'see')),
    }, // any: on purpose
  })
  const right = collection('right', { fields, rules: { read: ({ row }) => allows(row.access, 'edit') } })
  // @ts-expect-error There is no such level.
  collection('mistyped', { fields, rules: { read: ({ row }) => allows(row.access, 'own') } })
  compileModel(defineApp({ name: 'Right', collections: [right] }))
  assert.throws(
    () => compileModel(defineApp({ name: 'Wrong', collections: [wrong] })),
    (error: Error) => {
      assert.match(error.message, /no level read\. There are: see, edit/)
      assert.match(error.message, /title is no access list/)
      assert.match(error.message, /no field nothing/)
      return true
    },
  )
  const bad = collection('bad', {
    fields: { access: accessList({ levels: ['a', 'a'], creator: 'b' as never, max: 0 }) },
  })
  assert.throws(
    () => compileModel(defineApp({ name: 'Bad', collections: [bad] })),
    /each level once[\s\S]*creator is one[\s\S]*max is/,
  )
})

test('a rule that asks an access list is told in words', () => {
  const { rules } = requireCollection(compileModel(app), 'documents')
  assert.equal(ruleText(rules.update), 'whoever is allowed to write by the access')
  assert.equal(
    ruleText(requireCollection(compileModel(app), 'comments').rules.read),
    'whoever is allowed to read by the access of the document',
  )
  assert.equal(ruleText(or(role('staff'), not(rules.read))), 'staff, or whoever is not allowed to read by the access')
  assert.match(
    ruleText(and(rules.read, not(and(rules.update, role('staff'))))),
    /not \(who asks is allowed to write by the access and who asks is staff\)/,
  )
})
