import * as f from '../fields/index.ts'
import { type ActionContext, action, declareFor } from './action.ts'
import { collection } from './collection.ts'
import type { Db } from './db.ts'
import { type CollectionMap, type CreateInput, increment, type RecordOf, type UpdateInput } from './infer.ts'
import type { Jobs } from './job.ts'
import { and, eq, everyone, gt, has, isNull, lt, not, now, oneOf, or, type Rule, some } from './rule.ts'

/** Compiled, never run: what the types of declarations promise. */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type Expect<T extends true> = T

const users = collection('users', {
  fields: { name: f.text(), email: f.email({ private: true }), posts: f.many('posts'), profile: f.one('profiles') },
  rules: { read: everyone() },
})
const profiles = collection('profiles', {
  fields: { user: f.reference('users', { unique: true }), motto: f.text({ optional: true }) },
})
const tags = collection('tags', { fields: { label: f.text() } })
const posts = collection('posts', {
  fields: {
    title: f.text({ max: 100 }),
    slug: f.slug({ from: 'title' }),
    views: f.integer({ default: 0 }),
    status: f.choice(['draft', 'live'], { default: 'draft' }),
    price: f.money({ optional: true }),
    labels: f.list(f.text(), { optional: true }),
    publishedAt: f.instant({ optional: true }),
    author: f.reference('users'),
    editor: f.reference('users', { optional: true }),
    tags: f.manyToMany('tags'),
  },
  indexes: [['author', 'publishedAt'], { fields: ['title', 'createdAt'], unique: true }],
  rules: {
    read: ({ row, actor }) =>
      or(
        eq(row.status, 'live'),
        eq(row.author, actor.id),
        eq(row.author.name, 'Ada'),
        oneOf(row.status, ['draft', 'live']),
        and(lt(row.publishedAt, now()), gt(row.views, 3), not(isNull(row.price))),
        has(row.labels, 'x'),
        some(row.tags, (tag) => eq(tag.label, 'open')),
      ),
    create: ({ actor }) => actor.hasRole('writer'),
  },
})

// ── a time has a unit
export const times = [
  collection('posts', { fields: {}, cache: { maxAge: '10m' } }),
  // @ts-expect-error the unit is one letter, without a space
  collection('posts', { fields: {}, cache: { maxAge: '10 minutes' } }),
  // @ts-expect-error a number has no unit
  collection('posts', { fields: {}, cache: { maxAge: 60 } }),
]

// ── a rule is not a boolean, and knows the fields of its row
export const wrongRules = [
  collection('posts', {
    fields: { owner: f.text() },
    // @ts-expect-error === gives a boolean, which is no rule
    rules: { read: ({ row, actor }) => row.owner === actor.id },
  }),
  // @ts-expect-error neither is a boolean of its own
  collection('posts', { fields: { owner: f.text() }, rules: { read: true } }),
  collection('posts', {
    fields: { owner: f.text() },
    // @ts-expect-error a part of a rule is a rule too
    rules: { read: ({ row, actor }) => and(everyone(), row.owner === actor.id) },
  }),
  collection('posts', {
    fields: { owner: f.text() },
    // @ts-expect-error there is no such field
    rules: { read: ({ row, actor }) => eq(row.ownr, actor.id) },
  }),
  collection('posts', {
    fields: { count: f.integer() },
    // @ts-expect-error a number is not compared with a text
    rules: { read: ({ row }) => eq(row.count, '1') },
  }),
  collection('posts', {
    fields: { status: f.choice(['draft', 'live']) },
    // @ts-expect-error there is no such choice
    rules: { read: ({ row }) => eq(row.status, 'lvie') },
  }),
  collection('posts', {
    fields: { count: f.integer({ optional: true }) },
    // @ts-expect-error nothing equals null
    rules: { read: ({ row }) => eq(row.count, null) },
  }),
  // @ts-expect-error there is no such operation
  collection('posts', { fields: {}, rules: { publish: everyone() } }),
  // @ts-expect-error a role has a name
  collection('posts', { fields: {}, rules: { read: ({ actor }) => actor.hasRole() } }),
  // @ts-expect-error an index names fields of the collection
  collection('posts', { fields: { title: f.text() }, indexes: [['titel']] }),
  // @ts-expect-error so does a unique one
  collection('posts', { fields: { title: f.text() }, indexes: [{ fields: ['titel'], unique: true }] }),
]
export const rule: Rule = everyone()

// ── records and inputs
export type Records = [
  Expect<Equal<RecordOf<typeof posts>['views'], number>>,
  Expect<Equal<RecordOf<typeof posts>['editor'], string | null>>,
  Expect<Equal<RecordOf<typeof posts>['status'], 'draft' | 'live'>>,
  Expect<Equal<RecordOf<typeof posts>['price'], f.Money | null>>,
  Expect<Equal<'tags' extends keyof RecordOf<typeof posts> ? true : false, false>>,
]
export const inputs: readonly CreateInput<typeof posts>[] = [
  { title: 'a', author: 'id' },
  { id: 'id', title: 'a', author: 'id', tags: ['id'], price: null, views: 1, slug: 'a' },
  // @ts-expect-error the author is missing
  { title: 'a' },
  // @ts-expect-error there is no such field
  { title: 'a', author: 'id', titel: 'b' },
  // @ts-expect-error a number is no text
  { title: 1, author: 'id' },
  // @ts-expect-error there is no such choice
  { title: 'a', author: 'id', status: 'lvie' },
  // @ts-expect-error Galley sets it
  { title: 'a', author: 'id', version: 1 },
]
export const changes: readonly UpdateInput<typeof posts>[] = [
  {},
  { views: increment(1), price: null },
  // @ts-expect-error only numbers are added to
  { title: increment(1) },
  // @ts-expect-error the title is required
  { title: null },
  // @ts-expect-error there is no such field
  { titel: 'b' },
]

// ── the data API
type Collections = CollectionMap<readonly [typeof users, typeof profiles, typeof tags, typeof posts]>
export async function use(db: Db<Collections>) {
  const post = await db.posts.get('id')
  const views: number = post.views
  const editorId: string | null = post.editor
  const expanded = await db.posts.get('id', {
    expand: { author: true, editor: true, tags: { limit: 5, sort: 'label' } },
  })
  const name: string = expanded.author!.name
  const labels: readonly string[] = expanded.tags.map((tag) => tag.label)
  const editor: string | undefined = expanded.editor?.name
  const profile = (await db.users.find({ expand: { profile: true } })).data[0]?.profile
  const motto: string | null | undefined = profile?.motto
  const changed = await db.posts.updateIf('id', { views: { gte: 1 } }, { views: increment(-1) })
  const after: number | undefined = changed?.views
  await db.posts.find({
    where: {
      title: 'a',
      views: { between: [1, 2] },
      status: { in: ['live'] },
      price: { gte: 100 },
      publishedAt: null,
      labels: { contains: 'x' },
      author: { name: 'Ada' },
      tags: { some: { label: 'x' } },
      or: [{ title: { contains: 'b' } }, { not: { views: 1 } }],
      createdAt: { lt: '2026-01-01' },
    },
  })
  // @ts-expect-error it is an id as long as it is not expanded
  post.author.name
  // @ts-expect-error there is no such field
  post.titel
  // @ts-expect-error only an expanded relation is there
  expanded.reviews
  // @ts-expect-error there is no such field in the record behind
  expanded.author!.nam
  // @ts-expect-error there is no such relation
  await db.posts.get('id', { expand: { nothing: true } })
  // @ts-expect-error a field is no relation
  await db.posts.get('id', { expand: { title: true } })
  // @ts-expect-error there is no such field
  await db.posts.find({ where: { titel: 'a' } })
  // @ts-expect-error a number is no text
  await db.posts.find({ where: { title: 1 } })
  // @ts-expect-error there is no such operator
  await db.posts.find({ where: { title: { like: 'a' } } })
  // @ts-expect-error there is no such choice
  await db.posts.find({ where: { status: { in: ['lvie'] } } })
  // @ts-expect-error also inside of or
  await db.posts.find({ where: { or: [{ titel: 'a' }] } })
  // @ts-expect-error a far side is asked by some or none
  await db.posts.find({ where: { tags: { label: 'x' } } })
  // @ts-expect-error there is no such collection
  await db.pots.find()
  // @ts-expect-error also in the condition of a change
  await db.posts.updateIf('id', { titel: 'a' }, {})
  return [views, editorId, name, labels, editor, motto, after]
}

// ── actions and hooks
const declare = declareFor([users, profiles, tags, posts])
export const logic = [
  declare.action('posts', 'publish', {
    input: { at: f.instant(), note: f.text({ optional: true }), loud: f.boolean({ default: false }) },
    output: 'posts',
    allow: ({ row, actor }) => eq(row.author, actor.id),
    async run({ record, input, db, jobs, actor }) {
      const facts: readonly [string, string | null, boolean, number, Jobs, string | null] = [
        input.at,
        input.note,
        input.loud,
        record.views,
        jobs,
        actor.id,
      ]
      await db.users.get(record.author)
      return facts[0] === '' ? record : record.id
    },
  }),
  declare.action('posts', 'import', {
    on: 'collection',
    // @ts-expect-error an action of the whole collection has no record
    run: ({ record }) => record.views,
  }),
  declare.action('posts', 'wrong', {
    output: 'posts',
    // @ts-expect-error it answers with a record of posts, or its id
    run: () => 7,
  }),
  // @ts-expect-error it answers with a record of a collection that is declared
  declare.action('posts', 'other', { output: 'pots', run: () => '' }),
  // @ts-expect-error there is no such collection
  declare.action('pots', 'publish', { run: () => {} }),
  declare.hook('posts', 'beforeCreate', ({ values }) => ({ title: `${values.title}!` })),
  // @ts-expect-error a hook returns fields of the collection
  declare.hook('posts', 'beforeCreate', () => ({ titel: 'a' })),
  // @ts-expect-error after the write there is nothing to change
  declare.hook('posts', 'afterCreate', ({ record }) => ({ title: record.title })),
  // @ts-expect-error there is no such moment
  declare.hook('posts', 'beforeRead', () => {}),
  action('posts', 'loose', {
    input: { n: f.integer() },
    run: ({ input }: ActionContext<any, any, { n: number }>) => input.n,
  }),
]
