import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { newId } from '../../packages/server/src/base/id.ts'
import {
  boolean,
  collection,
  defineApp,
  eq,
  everyone,
  many,
  manyToMany,
  nobody,
  one,
  or,
  reference,
  role,
  signedIn,
  some,
  text,
} from '../../packages/server/src/index.ts'
import { onBothDatabases } from './on-both-databases.ts'
import { record, records, refusal } from './outcomes.ts'

const open = { read: everyone(), create: signedIn(), update: signedIn(), delete: signedIn() }
const optional = { optional: true } as const
const shelves = collection('shelves', {
  fields: {
    name: text(),
    isSecret: boolean({ default: false }),
    books: many('books', { by: 'shelf' }),
    loans: many('loans'),
    plate: one('plates'),
    favourites: many('books', { by: 'second', read: role('librarian') }),
  },
  rules: { ...open, read: ({ row }) => or(eq(row.isSecret, false), role('librarian')) },
})
const books = collection('books', {
  fields: {
    title: text(),
    isSecret: boolean({ default: false }),
    owner: text({ optional: true }),
    shelf: reference('shelves', { optional: true, onDelete: 'setNull' }),
    second: reference('shelves', { optional: true, onDelete: 'setNull' }),
    tags: manyToMany('tags', { write: ({ row, actor }) => or(eq(row.owner, actor.id), role('librarian')) }),
    readers: manyToMany('tags'),
    vault: reference('vaults', optional),
    pages: many('pages'),
  },
  rules: { ...open, read: ({ row }) => or(eq(row.isSecret, false), role('librarian')) },
  announces: true,
})
const pages = collection('pages', {
  fields: { book: reference('books', { onDelete: 'cascade' }), text: text() },
  rules: open,
})
const loans = collection('loans', { fields: { shelf: reference('shelves'), to: text() }, rules: open })
const plates = collection('plates', {
  fields: { shelf: reference('shelves', { unique: true, onDelete: 'cascade' }), text: text() },
  rules: open,
})
const tags = collection('tags', {
  fields: { label: text(), isSecret: boolean({ default: false }), books: manyToMany('books', { by: 'tags' }) },
  rules: { ...open, read: ({ row }) => or(eq(row.isSecret, false), role('librarian')) },
})
const vaults = collection('vaults', { fields: { secret: text(), books: many('books') }, rules: { read: nobody() } })
const clubs = collection('clubs', {
  fields: { name: text(), members: manyToMany('tags') },
  // Whoever shares a member called like them.
  rules: {
    read: everyone(),
    create: ({ row, actor }) => some(row.members, (member) => eq(member.label, actor.id)),
    update: ({ row, actor }) => some(row.members, (member) => eq(member.label, actor.id)),
  },
})

const app = defineApp({
  name: 'relations',
  collections: [shelves, books, pages, loans, plates, tags, vaults, clubs],
  roles: { librarian: {} },
})
const nowhere = '018f0000-0000-7000-8000-00000000dead'

onBothDatabases(app, (bench) => {
  const ops = () => bench().operations
  const ada = () => bench().as('ada')
  const librarian = () => bench().as('lib', 'librarian')
  const make = (name: string, values: object, who = ada()) => record(ops().create(who, name, values))
  const shelf = (values: object = {}) => make('shelves', { name: 'S', ...values })
  const book = (values: object = {}, who = ada()) => make('books', { title: 'B', ...values }, who)
  const tag = (label = 'T', values: object = {}) => make('tags', { label, ...values })
  const secretTag = () => make('tags', { label: 'secret', isSecret: true }, bench().system)
  const tagsOf = async (id: string, who = bench().system) =>
    (await record(ops().get(who, 'books', id, { expand: { tags: { limit: 100 } } }))).tags.map((one: any) => one.id)

  describe('deleting', () => {
    test('is refused while a record refers to it by restrict, and nothing is released', async () => {
      const { id } = await shelf()
      await make('loans', { shelf: id, to: 'x' })
      const released = await book({ shelf: id })
      assert.equal(await refusal(ops().delete(ada(), 'shelves', id)), 'operation_in_use')
      assert.equal((await record(ops().get(ada(), 'books', released.id))).shelf, id)
    })

    test('takes along what refers to it by cascade', async () => {
      const { id } = await book()
      const page = await make('pages', { book: id, text: 'x' })
      await ops().delete(ada(), 'books', id)
      assert.equal(await refusal(ops().get(ada(), 'pages', page.id)), 'operation_not_found')
    })

    test('releases what refers to it by setNull: these records have a new version, and it is announced', async () => {
      const { id } = await shelf()
      const [first, second, other] = [await book({ shelf: id, second: id }), await book({ second: id }), await book()]
      await ops().delete(ada(), 'shelves', id)
      const after = await Promise.all([first, second, other].map((one) => record(ops().get(ada(), 'books', one.id))))
      assert.deepEqual(
        after.map((one) => [one.shelf, one.second, one.version]),
        [
          [null, null, 3],
          [null, null, 2],
          [null, null, 1],
        ],
      )
      const updates = await bench().database.read({
        text: `select name from galley_outbox where record_id = '${second.id}' order by id`,
        parameters: [],
      })
      assert.deepEqual(updates.flat(), ['books.created', 'books.updated'])
    })

    test('that is not allowed touches no record that refers to it', async () => {
      const { id } = await shelf({ isSecret: true })
      const { id: bookId } = await make('books', { title: 'B', shelf: id }, bench().system)
      bench().sent.length = 0
      assert.equal(await refusal(ops().delete(ada(), 'shelves', id)), 'operation_not_found')
      assert.ok(
        bench().sent.every((text) => !/^(update|delete)/.test(text)),
        bench().sent.join('\n'),
      )
      assert.equal((await record(ops().get(bench().system, 'books', bookId))).version, 1)
    })

    test('a record removes its links, not the records behind them', async () => {
      const one = await tag()
      const { id } = await book({ owner: 'ada', tags: [one.id] })
      await ops().delete(ada(), 'books', id)
      assert.deepEqual((await record(ops().get(ada(), 'tags', one.id, { expand: { books: true } }))).books, [])
    })
  })

  describe('many-to-many', () => {
    test('is written as a list of ids and replaced as a whole', async () => {
      const [a, b, c] = [await tag(), await tag(), await tag()]
      const { id } = await book({ owner: 'ada', tags: [b.id, a.id] })
      assert.deepEqual(await tagsOf(id), [a.id, b.id])
      assert.equal((await ops().update(ada(), 'books', id, { tags: [c.id, a.id] })).version, 2)
      assert.deepEqual(await tagsOf(id), [a.id, c.id])
      await ops().update(ada(), 'books', id, { title: 'left alone' })
      await ops().replace(ada(), 'books', id, { title: 'left alone', owner: 'ada' })
      assert.deepEqual(await tagsOf(id), [a.id, c.id])
      await ops().update(ada(), 'books', id, { tags: [] })
      assert.deepEqual(await tagsOf(id), [])
      await ops().update(ada(), 'tags', a.id, { books: [id] })
      assert.deepEqual(await tagsOf(id), [a.id])
    })

    test('names ids that lead nowhere, or to hidden records, by their place', async () => {
      const [known, secret] = [await tag(), await secretTag()]
      const input = { title: 'B', owner: 'ada', tags: [nowhere, known.id, secret.id] }
      const issues = 'operation_invalid /tags/0 unknown_record, /tags/2 unknown_record'
      assert.equal(await refusal(ops().create(ada(), 'books', input)), issues)
      const { id } = await book({ owner: 'ada' })
      assert.equal(await refusal(ops().update(ada(), 'books', id, { tags: input.tags })), issues)
      assert.equal(
        await refusal(ops().update(ada(), 'books', id, { tags: [known.id, known.id] })),
        'operation_invalid /tags/1 duplicate',
      )
      assert.equal((await record(ops().get(ada(), 'books', id))).version, 1)
    })

    test('keeps links to records hidden from the actor', async () => {
      const [known, secret] = [await tag(), await secretTag()]
      const { id } = await book({ owner: 'ada', tags: [known.id, secret.id] }, librarian())
      await ops().update(ada(), 'books', id, { tags: [] })
      assert.deepEqual(await tagsOf(id, ada()), [])
      assert.deepEqual(await tagsOf(id), [secret.id])
      await ops().update(librarian(), 'books', id, { tags: [] })
      assert.deepEqual(await tagsOf(id), [])
    })

    test('asks the write rule of the field', async () => {
      const known = await tag()
      const { id } = await book({ owner: 'bob' })
      assert.equal(
        await refusal(ops().update(ada(), 'books', id, { tags: [known.id] })),
        'operation_field_forbidden /tags forbidden',
      )
      assert.equal(
        await refusal(ops().createRelated(ada(), 'books', id, 'tags', { label: 'N' })),
        'operation_field_forbidden /tags forbidden',
      )
      assert.deepEqual(await tagsOf(id), [])
    })

    test('counts for rules that speak of it, before and after', async () => {
      const [mine, other] = [await tag('ada'), await tag('bob')]
      assert.equal(
        await refusal(ops().create(ada(), 'clubs', { name: 'C', members: [other.id] })),
        'operation_forbidden',
      )
      assert.equal(await refusal(ops().create(ada(), 'clubs', { name: 'C' })), 'operation_forbidden')
      const { id } = await make('clubs', { name: 'C', members: [mine.id, other.id] })
      assert.equal(await refusal(ops().update(ada(), 'clubs', id, { members: [other.id] })), 'operation_forbidden')
      await ops().update(ada(), 'clubs', id, { members: [mine.id] })
      assert.equal(
        await refusal(ops().update(bench().as('bob'), 'clubs', id, { members: [other.id] })),
        'operation_forbidden',
      )
    })

    test('can be linked from both sides at once, and by many at once', async () => {
      const known = await tag()
      const { id } = await book({ owner: 'ada' })
      await Promise.all([
        ops().update(ada(), 'books', id, { tags: [known.id] }),
        ops().update(ada(), 'tags', known.id, { books: [id] }),
        ops().update(ada(), 'books', id, { tags: [known.id] }),
      ])
      assert.deepEqual(await tagsOf(id), [known.id])
    })
  })

  describe('what lies behind a relation', () => {
    test('is a list of the far side, with all that lists can do', async () => {
      const { id } = await shelf()
      for (const title of ['C', 'A', 'B']) await book({ title, shelf: id })
      await book({ title: 'D', shelf: id, isSecret: true }, librarian())
      const titles = async (query: object, who = ada()) =>
        (await records(ops().related(who, 'shelves', id, 'books', query) as never)).map(({ title }) => title)
      assert.deepEqual(await titles({ sort: 'title' }), ['A', 'B', 'C'])
      assert.deepEqual(await titles({ sort: '-title' }, librarian()), ['D', 'C', 'B', 'A'])
      assert.deepEqual(await titles({ where: { title: { gte: 'B' } }, sort: 'title' }), ['B', 'C'])
      const page = JSON.parse(
        (await ops().related(ada(), 'shelves', id, 'books', { sort: 'title', limit: 2, count: 'exact' })).json,
      ).page
      assert.equal(page.total, 3)
      assert.deepEqual(await titles({ sort: 'title', limit: 2, after: page.next }), ['C'])
      await assert.rejects(async () => ops().find(ada(), 'books', { sort: 'title', after: page.next }), {
        code: 'query_cursor_invalid',
      })
    })

    test('is a record for references and one-to-one, or not found when there is none', async () => {
      const { id } = await shelf()
      const mine = await book({ shelf: id })
      assert.equal((await record(ops().related(ada(), 'books', mine.id, 'shelf', {}))).id, id)
      assert.equal(await refusal(ops().related(ada(), 'books', mine.id, 'second', {})), 'operation_not_found')
      assert.equal(await refusal(ops().related(ada(), 'shelves', id, 'plate', {})), 'operation_not_found')
      const plate = await record(ops().createRelated(ada(), 'shelves', id, 'plate', { text: 'P' }))
      assert.equal((await record(ops().related(ada(), 'shelves', id, 'plate', { fields: ['text'] }))).text, 'P')
      assert.equal(
        await refusal(ops().createRelated(ada(), 'shelves', id, 'plate', { text: 'Q' })),
        'operation_conflict /shelf taken',
      )
      assert.equal((await record(ops().get(ada(), 'shelves', id, { expand: { plate: true } }))).plate.id, plate.id)
    })

    test('of a hidden record is not found, just as of none', async () => {
      const { id } = await make('shelves', { name: 'S', isSecret: true }, bench().system)
      await make('books', { title: 'B', shelf: id }, bench().system)
      for (const missing of [id, nowhere, 'x']) {
        assert.equal(await refusal(ops().related(ada(), 'shelves', missing, 'books', {})), 'operation_not_found')
        assert.equal(await refusal(ops().related(ada(), 'shelves', missing, 'plate', {})), 'operation_not_found')
        assert.equal(
          await refusal(ops().createRelated(ada(), 'shelves', missing, 'books', { title: 'N' })),
          'operation_not_found',
        )
      }
      assert.equal(await refusal(ops().related(ada(), 'books', nowhere, 'shelf', {})), 'operation_not_found')
    })

    test('is unknown where there is no such relation, or it is hidden', async () => {
      const { id } = await shelf()
      for (const name of ['name', 'nothing', 'favourites', '__proto__', 'constructor']) {
        assert.equal(await refusal(ops().related(ada(), 'shelves', id, name, {})), 'operation_unknown_relation')
        assert.equal(await refusal(ops().createRelated(ada(), 'shelves', id, name, {})), 'operation_unknown_relation')
      }
      assert.equal(
        await refusal(ops().createRelated(ada(), 'books', (await book()).id, 'shelf', {})),
        'operation_unknown_relation',
      )
      assert.deepEqual(await records(ops().related(librarian(), 'shelves', id, 'favourites', {}) as never), [])
    })

    test('in a collection that nobody may read is forbidden, null or empty', async () => {
      const vault = await make('vaults', { secret: 'S' }, bench().system)
      const { id } = await make('books', { title: 'B', vault: vault.id }, bench().system)
      assert.equal(await refusal(ops().related(ada(), 'books', id, 'vault', {})), 'operation_forbidden')
      assert.equal((await record(ops().get(ada(), 'books', id, { expand: { vault: true } }))).vault, null)
      for (const where of [{ 'vault.secret': 'S' }, { vault: { secret: { contains: '' } } }])
        assert.deepEqual(await records(ops().find(ada(), 'books', { where })), [])
      assert.equal(await refusal(ops().find(ada(), 'vaults', {})), 'operation_forbidden')
      assert.equal(await refusal(ops().find(bench().anyone, 'vaults', {})), 'operation_sign_in_required')
      assert.equal(
        await refusal(ops().update(ada(), 'books', id, { vault: vault.id })),
        'operation_invalid /vault unknown_record',
      )
    })
  })

  describe('creating behind a relation', () => {
    test('connects the new record', async () => {
      const { id } = await shelf()
      const created = await record(ops().createRelated(ada(), 'shelves', id, 'books', { title: 'N' }))
      assert.equal(created.shelf, id)
      assert.equal(
        (await record(ops().createRelated(ada(), 'shelves', id, 'books', { title: 'N', shelf: id }))).shelf,
        id,
      )
      const elsewhere = { title: 'N', shelf: (await shelf()).id }
      assert.equal(
        await refusal(ops().createRelated(ada(), 'shelves', id, 'books', elsewhere)),
        'operation_invalid /shelf conflict',
      )
      assert.equal(await refusal(ops().createRelated(ada(), 'shelves', id, 'books', null)), 'operation_invalid  type')
    })

    test('links the new record by many-to-many, which is a change of the first one', async () => {
      const { id } = await book({ owner: 'ada' })
      const created = await record(ops().createRelated(ada(), 'books', id, 'tags', { label: 'N' }))
      assert.deepEqual(await tagsOf(id), [created.id])
      assert.equal((await record(ops().get(ada(), 'books', id))).version, 2)
      assert.equal(
        await refusal(ops().createRelated(ada(), 'books', id, 'tags', { label: 1 })),
        'operation_invalid /label type',
      )
      assert.equal(
        await refusal(ops().createRelated(ada(), 'books', newId(), 'tags', { label: 'x' })),
        'operation_not_found',
      )
    })
  })
})
