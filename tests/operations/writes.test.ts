import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { newId } from '../../packages/server/src/base/id.ts'
import {
  boolean,
  choice,
  collection,
  defineApp,
  eq,
  increment,
  instant,
  integer,
  json,
  many,
  money,
  not,
  number,
  object,
  or,
  reference,
  role,
  signedIn,
  slug,
  some,
  text,
} from '../../packages/server/src/index.ts'
import { onBothDatabases } from './on-both-databases.ts'
import { record, records, refusal } from './outcomes.ts'

const optional = { optional: true } as const
const authors = collection('authors', {
  fields: { name: text(), isPublic: boolean({ default: true }), books: many('posts', { by: 'author' }) },
  rules: { read: ({ row }) => eq(row.isPublic, true), create: signedIn(), update: signedIn() },
})
const posts = collection('posts', {
  fields: {
    title: text({ min: 1, max: 30 }),
    slug: slug({ from: 'title' }),
    owner: text({ max: 100, default: ({ actor }) => actor.id ?? 'nobody' }),
    status: choice(['draft', 'live', 'gone'], { default: 'draft' }),
    at: instant({ default: ({ now }) => now }),
    author: reference('authors', optional),
    editor: reference('authors', { optional: true, default: () => null as never }),
    pinned: boolean({ default: false, write: role('editor') }),
    note: text({ optional: true, write: ({ row, actor }) => eq(row.owner, actor.id) }),
    review: text({ optional: true, read: role('editor'), write: role('editor') }),
    dropbox: text({ optional: true, read: role('editor') }),
    code: text({ optional: true, unique: true, immutable: true }),
    badge: text({ optional: true, unique: true, read: role('editor') }),
    stamp: text({ optional: true, immutable: true, read: role('editor') }),
    token: text({ optional: true, private: true }),
    count: integer({ default: 0, min: 0, max: 10 }),
    ratio: number(optional),
    price: money({ currency: 'EUR', optional: true }),
    meta: object({ a: text(optional), b: object({ c: integer(optional), d: text(optional) }, optional) }, optional),
    extra: json(optional),
  },
  rules: {
    read: ({ row, actor }) => or(eq(row.status, 'live'), eq(row.owner, actor.id), role('editor')),
    create: ({ row, actor }) => eq(row.owner, actor.id),
    update: ({ row, actor }) => or(eq(row.owner, actor.id), role('editor')),
    delete: ({ row, actor }) => eq(row.owner, actor.id),
  },
  indexes: [{ fields: ['owner', 'title'], unique: true }],
})
const own = collection('own', {
  fields: { author: reference('authors') },
  rules: { read: ({ row, actor }) => eq(row.author, actor.id), create: ({ row, actor }) => eq(row.author, actor.id) },
})
const closed = collection('closed', { fields: { name: text() }, rules: { read: signedIn() } })
const reachable = collection('reachable', {
  fields: { author: reference('authors'), status: text({ default: 'new' }) },
  rules: {
    read: signedIn(),
    create: ({ row }) => eq(row.author.isPublic, true),
    update: ({ row }) => some(row.author.books, (book) => not(eq(book.status, 'gone'))),
    delete: ({ row }) => eq(row.author.name, 'deletable'),
  },
})

const app = defineApp({ name: 'writes', collections: [authors, posts, own, closed, reachable], roles: { editor: {} } })
const nowhere = '018f0000-0000-7000-8000-00000000dead'
const title = () => `t-${newId().slice(-12)}`

onBothDatabases(app, (bench) => {
  const ops = () => bench().operations
  const ada = () => bench().as('ada')
  const bob = () => bench().as('bob')
  const editor = () => bench().as('eve', 'editor')
  const post = (values: object = {}, who = ada()) => record(ops().create(who, 'posts', { title: title(), ...values }))
  const author = (values: object = {}) => record(ops().create(ada(), 'authors', { name: 'Ada', ...values }))
  const stored = (id: string) => record(ops().get(bench().system, 'posts', id))

  describe('create', () => {
    test('fills in defaults, derived values and nulls, and answers with what the actor may see', async () => {
      const answer = await ops().create(ada(), 'posts', { title: 'First Post', dropbox: 'x' })
      const { id, createdAt, updatedAt, at, ...rest } = JSON.parse(answer.json)
      assert.equal(answer.isCreated, true)
      assert.equal(answer.version, 1)
      assert.equal(answer.id, id)
      assert.equal(createdAt, updatedAt)
      assert.equal(at, createdAt)
      const nulls = {
        author: null,
        editor: null,
        note: null,
        code: null,
        ratio: null,
        price: null,
        meta: null,
        extra: null,
      }
      assert.deepEqual(rest, {
        version: 1,
        title: 'First Post',
        slug: 'first-post',
        owner: 'ada',
        status: 'draft',
        pinned: false,
        count: 0,
        ...nulls,
      })
      assert.deepEqual(await record(ops().get(ada(), 'posts', id)), JSON.parse(answer.json))
      assert.equal((await stored(id)).dropbox, 'x')
    })

    test('tells all that is wrong at once', async () => {
      const input = {
        title: 7,
        slug: 'No Slug',
        count: 11,
        status: 'lost',
        nonsense: 1,
        version: 3,
        'a/b~c': 1,
        id: 'x',
        meta: { a: 1, z: 2 },
      }
      assert.equal(
        await refusal(ops().create(ada(), 'posts', input)),
        'operation_invalid /a~1b~0c unknown_field, /count too_large, /id format, /meta/a type, /meta/z unknown_field, /nonsense unknown_field, /slug format, /status choice, /title type, /version read_only',
      )
      assert.equal(await refusal(ops().create(ada(), 'posts', {})), 'operation_invalid /title required')
      for (const wrong of [null, undefined, [], 'text', 1])
        assert.equal(await refusal(ops().create(ada(), 'posts', wrong)), 'operation_invalid  type')
    })

    test('tells at most 100 problems', async () => {
      const input = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`wrong${index}`, 1]))
      const error = await ops()
        .create(ada(), 'posts', input)
        .catch((thrown) => thrown)
      assert.equal(error.issues.length, 100)
    })

    test('knows no fields by the names that every object has', async () => {
      const input = JSON.parse(
        `{"title": "${title()}", "__proto__": {"pinned": true}, "constructor": 1, "toString": 1}`,
      )
      assert.equal(
        await refusal(ops().create(ada(), 'posts', input)),
        'operation_invalid /__proto__ unknown_field, /constructor unknown_field, /toString unknown_field',
      )
    })

    test('is refused before anything is looked at where nobody may create', async () => {
      assert.equal(await refusal(ops().create(ada(), 'closed', { nonsense: 1 })), 'operation_forbidden')
      assert.equal(await refusal(ops().create(bench().anyone, 'closed', {})), 'operation_sign_in_required')
      assert.equal(await refusal(ops().create(ada(), 'nothing', {})), 'operation_unknown_collection')
    })

    test('is refused for somebody else', async () => {
      assert.equal(await refusal(ops().create(ada(), 'posts', { title: title(), owner: 'bob' })), 'operation_forbidden')
      assert.equal(
        await refusal(ops().create(bench().anyone, 'posts', { title: title(), owner: 'bob' })),
        'operation_sign_in_required',
      )
    })

    test('asks a rule about other records of the database', async () => {
      const hidden = await record(ops().create(bench().system, 'authors', { name: 'H', isPublic: false }))
      const known = await author()
      assert.equal((await record(ops().create(ada(), 'reachable', { author: known.id }))).author, known.id)
      assert.equal(
        await refusal(ops().create(ada(), 'reachable', { author: hidden.id })),
        'operation_invalid /author unknown_record',
      )
    })

    test('refuses fields the actor may not set, and does not know those hidden altogether', async () => {
      assert.equal(await refusal(post({ pinned: true })), 'operation_field_forbidden /pinned forbidden')
      assert.equal(await refusal(post({ review: 'x' })), 'operation_invalid /review unknown_field')
      assert.equal(await refusal(post({ token: 'x' }, editor())), 'operation_invalid /token unknown_field')
      assert.equal((await post({ owner: 'eve', pinned: true, review: 'r' }, editor())).review, 'r')
      assert.equal(await refusal(post({ note: 'x', owner: 'bob' })), 'operation_forbidden')
      assert.equal((await post({ note: 'x' })).note, 'x')
    })

    test('names references that lead nowhere, and those to hidden records, in the same words', async () => {
      const hidden = await record(ops().create(bench().system, 'authors', { name: 'H', isPublic: false }))
      const both = 'operation_invalid /author unknown_record, /editor unknown_record'
      assert.equal(await refusal(post({ author: nowhere, editor: nowhere })), both)
      assert.equal(await refusal(post({ author: hidden.id, editor: nowhere })), both)
      assert.equal(await refusal(post({ author: hidden.id, editor: hidden.id })), both)
      const known = await author()
      assert.equal(
        await refusal(post({ author: known.id, editor: nowhere })),
        'operation_invalid /editor unknown_record',
      )
      assert.equal((await post({ author: known.id.toUpperCase() })).author, known.id)
      const asSystem = ops().create(bench().system, 'posts', {
        title: title(),
        owner: 'x',
        author: nowhere,
        editor: nowhere,
      })
      assert.equal(await refusal(asSystem), both)
      assert.equal(
        (await record(ops().create(bench().system, 'posts', { title: title(), owner: 'x', author: hidden.id }))).author,
        hidden.id,
      )
    })

    test('of a taken value names only fields that the actor may read', async () => {
      await post({ code: 'C1', badge: 'B1', title: 'Same' })
      assert.equal(await refusal(post({ code: 'C1' })), 'operation_conflict /code taken')
      assert.equal(await refusal(post({ badge: 'B1' })), 'operation_conflict')
      assert.equal(await refusal(post({ badge: 'B1', owner: 'eve' }, editor())), 'operation_conflict /badge taken')
      assert.equal(await refusal(post({ title: 'Same' })), 'operation_conflict /owner taken, /title taken')
    })

    test('takes an id that is free, and no other', async () => {
      const id = newId()
      assert.equal((await post({ id })).id, id)
      assert.equal(await refusal(post({ id })), 'operation_conflict /id taken')
      for (const wrong of ['x', 7, null, id.toUpperCase()])
        assert.equal(await refusal(post({ id: wrong })), 'operation_invalid /id format')
    })

    test('makes a slug of its own for each of many records of one name at once', async () => {
      const created = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          record(ops().create(bench().as(`user${index}`), 'posts', { title: 'Popular Title' })),
        ),
      )
      const slugs = new Set(created.map((one) => one.slug))
      assert.equal(slugs.size, 12)
      assert.ok(slugs.has('popular-title') && slugs.has('popular-title-2'))
      assert.equal(await refusal(post({ slug: 'popular-title' })), 'operation_conflict /slug taken')
      assert.match(
        (await post({ title: '???', slug: null as never }).catch(() => post({ title: '???' }))).slug,
        /^[0-9a-f]{8}$/,
      )
    })

    test('compares references with actors, whatever their ids look like', async () => {
      const { id } = await author()
      assert.deepEqual(await records(ops().find(bench().as(nowhere), 'own', {})), [])
      for (const who of ['ada', '', 'x'.repeat(500), `${id}0`]) {
        assert.equal(await refusal(ops().find(bench().as(who), 'own', {})), 'operation_forbidden')
        assert.equal(await refusal(ops().create(bench().as(who), 'own', { author: id })), 'operation_forbidden')
      }
      for (const who of [id, id.toUpperCase()]) {
        assert.equal((await record(ops().create(bench().as(who), 'own', { author: id }))).author, id)
        assert.notEqual((await records(ops().find(bench().as(who), 'own', {}))).length, 0)
      }
    })

    test('of a record that the actor may not read answers with its id alone', async () => {
      const answer = await ops().create(ada(), 'authors', { name: 'Hidden', isPublic: false })
      assert.deepEqual(JSON.parse(answer.json), { id: answer.id })
      assert.equal(answer.version, 1)
    })
  })

  describe('update', () => {
    test('changes what the patch has, counts the version up and leaves the rest', async () => {
      const before = await post({ note: 'n', price: { amount: 5 } })
      const after = await record(ops().update(ada(), 'posts', before.id, { count: 3, note: null }))
      assert.deepEqual(after, { ...before, count: 3, note: null, version: 2, updatedAt: after.updatedAt })
      assert.equal((await record(ops().update(ada(), 'posts', before.id, {}))).version, 3)
    })

    test('merges objects as RFC 7396 says', async () => {
      const { id } = await post({ meta: { a: 'x', b: { c: 1, d: 'y' } }, extra: { k: { l: 1, m: 2 }, n: [1] } })
      const patch = { meta: { b: { c: null } }, extra: { k: { l: null, o: 3 }, n: [2] } }
      const after = await record(ops().update(ada(), 'posts', id, patch))
      assert.deepEqual(after.meta, { a: 'x', b: { c: null, d: 'y' } })
      assert.deepEqual(after.extra, { k: { m: 2, o: 3 }, n: [2] })
      const price = await record(ops().update(ada(), 'posts', id, { price: { amount: 7 } }))
      assert.deepEqual(price.price, { amount: 7, currency: 'EUR' })
      assert.equal(
        await refusal(ops().update(ada(), 'posts', id, { meta: { z: 1 } })),
        'operation_invalid /meta/z unknown_field',
      )
      const cleared = await record(ops().update(ada(), 'posts', id, { meta: null, price: null }))
      assert.deepEqual([cleared.meta, cleared.price], [null, null])
    })

    test('refuses what is fixed, required, hidden or not the actor’s to set', async () => {
      const { id } = await post({ code: 'fixed', status: 'live' })
      const patch = {
        id,
        version: 2,
        createdAt: 'x',
        code: 'fixed',
        title: null,
        owner: null,
        token: 1,
        review: 1,
        nonsense: 1,
      }
      assert.equal(
        await refusal(ops().update(ada(), 'posts', id, patch)),
        'operation_invalid /code immutable, /createdAt read_only, /id read_only, /nonsense unknown_field, /owner required, /review unknown_field, /title required, /token unknown_field, /version read_only',
      )
      assert.equal(
        await refusal(ops().update(ada(), 'posts', id, { pinned: true })),
        'operation_field_forbidden /pinned forbidden',
      )
      assert.equal(
        await refusal(ops().update(editor(), 'posts', id, { note: 'mine' })),
        'operation_field_forbidden /note forbidden',
      )
      assert.equal((await record(ops().update(editor(), 'posts', id, { pinned: true }))).pinned, true)
      assert.equal((await stored(id)).note, null)
    })

    test('of a record that is not there, or hidden, is not found, whatever the patch; of a visible one it is forbidden', async () => {
      const hidden = await post({ meta: { a: 'x' } })
      const visible = await post({ status: 'live' })
      for (const patch of [{ count: 1 }, { note: 'x' }, { meta: { a: 'y' } }, { title: 'x' }]) {
        for (const id of [hidden.id, nowhere, 'x', '__proto__'])
          assert.equal(await refusal(ops().update(bob(), 'posts', id, patch)), 'operation_not_found')
        assert.equal(await refusal(ops().update(bob(), 'posts', visible.id, patch)), 'operation_forbidden')
        assert.equal(
          await refusal(ops().update(bench().anyone, 'posts', visible.id, patch)),
          'operation_sign_in_required',
        )
      }
      for (const wrong of [{ meta: { z: 1 } }, { count: 'x' }, { meta: { a: 1 }, nonsense: 1 }])
        assert.equal(
          await refusal(ops().update(bob(), 'posts', hidden.id, wrong)),
          await refusal(ops().update(bob(), 'posts', nowhere, wrong)),
        )
      const mustExist = { mustExist: true }
      assert.equal(await refusal(ops().update(bob(), 'posts', hidden.id, { count: 1 }, mustExist)), 'operation_stale')
      assert.equal(await refusal(ops().update(bob(), 'posts', nowhere, { count: 1 }, mustExist)), 'operation_stale')
    })

    test('where nobody may is refused before the patch is looked at', async () => {
      const { id } = await record(ops().create(bench().system, 'closed', { name: 'x' }))
      assert.equal(await refusal(ops().update(ada(), 'closed', id, { nonsense: 1 })), 'operation_forbidden')
      assert.equal(await refusal(ops().update(ada(), 'closed', nowhere, { nonsense: 1 })), 'operation_not_found')
      assert.equal(await refusal(ops().update(bench().anyone, 'closed', id, { nonsense: 1 })), 'operation_not_found')
    })

    test('must be allowed after the change as well: a record cannot be given away', async () => {
      const { id } = await post()
      assert.equal(await refusal(ops().update(ada(), 'posts', id, { owner: 'bob' })), 'operation_forbidden')
      assert.equal((await stored(id)).version, 1)
      assert.equal((await record(ops().update(editor(), 'posts', id, { owner: 'bob' }))).owner, 'bob')
    })

    test('that takes the record out of sight stands, and is answered with its id alone', async () => {
      const { id } = await author()
      const answer = await ops().update(ada(), 'authors', id, { isPublic: false })
      assert.deepEqual(JSON.parse(answer.json), { id })
      assert.equal(answer.version, 2)
      assert.equal(await refusal(ops().get(ada(), 'authors', id)), 'operation_not_found')
    })

    test('asks rules about records behind relations, before and after', async () => {
      const [one, two] = [await author(), await author()]
      await post({ author: one.id })
      const { id } = await record(ops().create(ada(), 'reachable', { author: one.id }))
      assert.equal((await record(ops().update(ada(), 'reachable', id, { status: 'x' }))).status, 'x')
      assert.equal(await refusal(ops().update(ada(), 'reachable', id, { author: two.id })), 'operation_forbidden')
      assert.equal(await refusal(ops().delete(ada(), 'reachable', id)), 'operation_forbidden')
      await ops().update(ada(), 'authors', one.id, { name: 'deletable' })
      await ops().delete(ada(), 'reachable', id)
    })

    test('to a reference that leads nowhere, or to a hidden record, is refused', async () => {
      const { id } = await post()
      const hidden = await record(ops().create(bench().system, 'authors', { name: 'H', isPublic: false }))
      for (const wrong of [nowhere, hidden.id])
        assert.equal(
          await refusal(ops().update(ada(), 'posts', id, { author: wrong, editor: wrong })),
          'operation_invalid /author unknown_record, /editor unknown_record',
        )
      assert.equal((await stored(id)).version, 1)
      assert.equal(await refusal(ops().update(bob(), 'posts', id, { author: hidden.id })), 'operation_not_found')
    })

    test('at a version is refused at another one, and a demanded state must hold', async () => {
      const { id } = await post()
      const at = (...versions: number[]) => ({ versions })
      assert.equal((await ops().update(ada(), 'posts', id, { count: 1 }, at(1))).version, 2)
      assert.equal(await refusal(ops().update(ada(), 'posts', id, { count: 2 }, at(1))), 'operation_stale')
      assert.equal(await refusal(ops().update(ada(), 'posts', id, { count: 2 }, at())), 'operation_stale')
      assert.equal((await ops().update(ada(), 'posts', id, { count: 2 }, at(7, 2))).version, 3)
      const inState = (where: object) => ops().update(ada(), 'posts', id, { count: 3 }, { where: where as never })
      assert.equal(await refusal(inState({ count: { gt: 2 } })), 'operation_condition_failed')
      assert.equal((await inState({ count: 2, status: 'draft' })).version, 4)
      assert.equal(await refusal(inState({ review: 'x' })), 'query_invalid where[review] unknown_field')
      assert.equal(await refusal(inState({ token: null })), 'query_invalid where[token] unknown_field')
    })

    test('increments within bounds, by whole numbers where the field holds these, and only from the local API', async () => {
      const db = bench().db(ada()) as any // any: the collections are known above
      const { id } = await post({ count: 5, ratio: 0.5 })
      assert.equal((await db.posts.update(id, { count: increment(5), ratio: increment(0.25) })).count, 10)
      assert.equal((await stored(id)).ratio, 0.75)
      const failed = (by: number) => refusal(db.posts.update(id, { count: increment(by) }))
      assert.equal(await failed(1), 'operation_condition_failed /count too_large')
      assert.equal(await failed(-11), 'operation_condition_failed /count too_small')
      assert.equal(await failed(2 ** 53 - 1), 'operation_condition_failed /count too_large')
      for (const by of [0.5, Number.NaN, Number.POSITIVE_INFINITY, '1' as never])
        assert.equal(await failed(by), 'operation_invalid /count type')
      assert.equal(await refusal(db.posts.update(id, { title: increment(1) })), 'operation_invalid /title type')
      assert.equal(
        await refusal(ops().update(ada(), 'posts', id, { count: { increment: 1 } })),
        'operation_invalid /count type',
      )
      assert.equal((await stored(id)).count, 10)
      await ops().update(ada(), 'posts', id, { ratio: null })
      assert.match(await refusal(db.posts.update(id, { ratio: increment(1) })), /^operation_condition_failed/)
    })
  })

  describe('replace', () => {
    const replace = (who: ReturnType<typeof ada>, id: string, input: unknown, options = {}) =>
      ops().replace(who, 'posts', id, input, options)

    test('creates what is not there, under the id of the path', async () => {
      const id = newId()
      const answer = await replace(ada(), id, { title: title() })
      assert.deepEqual([answer.isCreated, answer.id, answer.version], [true, id, 1])
      assert.equal(await refusal(replace(ada(), newId(), { id, title: title() })), 'operation_invalid /id immutable')
      assert.equal(await refusal(replace(ada(), newId(), { title: title(), owner: 'bob' })), 'operation_forbidden')
      assert.equal(await refusal(replace(ada(), 'x', { title: title() })), 'operation_not_found')
    })

    test('puts back defaults and nulls, and keeps what the actor may not see, not set or not set again', async () => {
      const { id } = await post(
        {
          owner: 'eve',
          code: 'kept',
          badge: 'kept-too',
          review: 'kept',
          pinned: true,
          note: 'n',
          count: 4,
          author: null,
        },
        editor(),
      )
      await ops().update(bench().system, 'posts', id, { token: 'kept', dropbox: 'kept', owner: 'ada', status: 'live' })
      const after = await record(replace(ada(), id, { title: 'Replaced', slug: 'replaced' }))
      assert.deepEqual(
        { ...after, id: 0, createdAt: 0, updatedAt: 0, at: 0, title: 0, slug: 0 },
        {
          id: 0,
          createdAt: 0,
          updatedAt: 0,
          version: 3,
          title: 0,
          slug: 0,
          owner: 'ada',
          status: 'draft',
          at: 0,
          author: null,
          editor: null,
          pinned: true,
          note: null,
          code: 'kept',
          count: 0,
          ratio: null,
          price: null,
          meta: null,
          extra: null,
        },
      )
      const { token, dropbox, badge, review } = await stored(id)
      assert.deepEqual([token, dropbox, badge, review], ['kept', 'kept', 'kept-too', 'kept'])
    })

    test('does not reset a field that only others may set in this record', async () => {
      const { id } = await post({ note: 'of ada' })
      await replace(editor(), id, { title: title(), owner: 'ada' })
      assert.equal((await stored(id)).note, 'of ada')
      assert.equal(
        await refusal(replace(editor(), id, { title: title(), owner: 'ada', note: 'x' })),
        'operation_field_forbidden /note forbidden',
      )
    })

    test('keeps the slug, which is made when the record is', async () => {
      const before = await post({ title: 'A Name' })
      const after = await record(replace(ada(), before.id, { title: 'Another Name' }))
      assert.equal(after.slug, before.slug)
      assert.equal((await record(replace(ada(), before.id, { title: 'Another Name', slug: 'mine' }))).slug, 'mine')
    })

    test('takes back a record as it was read', async () => {
      const hidden = await record(ops().create(bench().system, 'authors', { name: 'H', isPublic: false }))
      const { id } = await post({
        code: 'again',
        meta: { a: 'x' },
        extra: { z: 1, a: [{ y: 1, b: 2 }] },
        price: { amount: 1 },
        ratio: 0.1,
      })
      await ops().update(bench().system, 'posts', id, { author: hidden.id })
      const read = await record(ops().get(ada(), 'posts', id))
      const { pinned: _, ...own } = read
      const after = await record(replace(ada(), id, own))
      assert.deepEqual(after, { ...read, version: 3, updatedAt: after.updatedAt })
      assert.equal(await refusal(replace(ada(), id, { ...own, code: 'other' })), 'operation_invalid /code immutable')
      assert.equal(
        await refusal(replace(ada(), id, { ...own, editor: hidden.id })),
        'operation_invalid /editor unknown_record',
      )
    })

    test('does not tell by its refusal what a hidden field that is set once holds', async () => {
      const { id } = await post({ stamp: 'hidden' })
      for (const guess of ['hidden', 'other'])
        assert.equal(
          await refusal(replace(ada(), id, { title: title(), stamp: guess })),
          'operation_invalid /stamp immutable',
        )
      assert.equal((await replace(ada(), id, { title: title() })).version, 2)
      assert.equal((await stored(id)).stamp, 'hidden')
    })

    test('of a hidden record is answered as if there were none, until the id turns out to be taken', async () => {
      const hidden = await post()
      const answers = async (who: ReturnType<typeof ada>, id: string) => [
        await refusal(replace(who, id, { nonsense: 1 })),
        await refusal(replace(who, id, { title: title(), owner: 'else' })),
        await refusal(replace(who, id, { title: title() }, { mustExist: true })),
        await refusal(replace(who, id, { title: title() }, { versions: [1] })),
        await refusal(replace(who, id, { title: title() }, { where: { count: 0 } })),
      ]
      assert.deepEqual(await answers(bob(), hidden.id), await answers(bob(), newId()))
      assert.deepEqual(await answers(bench().anyone, hidden.id), await answers(bench().anyone, newId()))
      assert.equal(await refusal(replace(bob(), hidden.id, { title: title() })), 'operation_conflict /id taken')
      const { id } = await record(ops().create(bench().system, 'closed', { name: 'x' }))
      assert.equal(
        await refusal(ops().replace(bench().anyone, 'closed', id, {})),
        await refusal(ops().replace(bench().anyone, 'closed', newId(), {})),
      )
    })

    test('keeps to versions and to the demand that there be none yet', async () => {
      const { id } = await post({ status: 'live' })
      assert.equal(await refusal(replace(ada(), id, { title: title() }, { mustNotExist: true })), 'operation_stale')
      assert.equal(await refusal(replace(ada(), id, { title: title() }, { versions: [2] })), 'operation_stale')
      assert.equal(await refusal(replace(bob(), id, { title: title() }, { mustNotExist: true })), 'operation_forbidden')
      assert.equal((await replace(ada(), id, { title: title() }, { versions: [1] })).version, 2)
      assert.equal((await replace(ada(), newId(), { title: title() }, { mustNotExist: true })).isCreated, true)
    })
  })

  describe('delete', () => {
    test('removes the record, once', async () => {
      const { id } = await post()
      await ops().delete(ada(), 'posts', id)
      assert.equal(await refusal(ops().delete(ada(), 'posts', id)), 'operation_not_found')
      assert.equal(await refusal(ops().get(ada(), 'posts', id)), 'operation_not_found')
    })

    test('of a hidden record is not found, of a visible one of somebody else forbidden', async () => {
      const [hidden, visible] = [await post(), await post({ status: 'live' })]
      assert.equal(await refusal(ops().delete(bob(), 'posts', hidden.id)), 'operation_not_found')
      assert.equal(await refusal(ops().delete(bob(), 'posts', 'x')), 'operation_not_found')
      assert.equal(await refusal(ops().delete(bob(), 'posts', visible.id)), 'operation_forbidden')
      assert.equal(await refusal(ops().delete(bench().anyone, 'posts', visible.id)), 'operation_sign_in_required')
      assert.equal(await refusal(ops().delete(bob(), 'posts', hidden.id, { mustExist: true })), 'operation_stale')
    })

    test('keeps to versions', async () => {
      const { id } = await post()
      assert.equal(await refusal(ops().delete(ada(), 'posts', id, { versions: [2] })), 'operation_stale')
      await ops().delete(ada(), 'posts', id, { versions: [1] })
    })
  })

  test('what was refused is not there', async () => {
    const all = await records(ops().find(bench().system, 'posts', { where: { owner: { in: ['else', 'nobody'] } } }))
    assert.deepEqual(all, [])
  })
})
