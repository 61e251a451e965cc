import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { GalleyError } from '../base/error.ts'
import {
  boolean,
  choice,
  date,
  decimal,
  instant,
  integer,
  json,
  list,
  many,
  manyToMany,
  money,
  object,
  one,
  reference,
  slug,
  text,
} from '../fields/index.ts'
import { action, hook } from './action.ts'
import { type AppDefinition, defineApp } from './app.ts'
import { type Collection, collection } from './collection.ts'
import { compileModel } from './compile-model.ts'
import type { Field } from './field.ts'
import {
  and,
  contains,
  eq,
  everyone,
  gt,
  gte,
  has,
  isNull,
  isSet,
  lt,
  ne,
  not,
  now,
  oneOf,
  or,
  type Rule,
  role,
  some,
} from './rule.ts'

type Wrong = readonly [what: string, definition: Partial<AppDefinition>, ...problems: readonly string[]]

const posts = (fields: Readonly<Record<string, unknown>>, more: object = {}): Collection =>
  collection('posts', { fields: fields as Record<string, Field>, ...more })
const one_ = (fields: Readonly<Record<string, unknown>>, more: object = {}) => ({ collections: [posts(fields, more)] })
const users = collection('users', { fields: { name: text(), posts: many('posts', { by: 'author' }) } })
const rule = (make: (scope: any) => unknown): Pick<AppDefinition, 'collections' | 'roles'> => ({
  // any: whatever the row
  collections: [
    users,
    posts(
      {
        title: text(),
        count: integer({ optional: true }),
        weight: decimal({ scale: 2, optional: true }),
        heavy: decimal({ scale: 3, optional: true }),
        price: money({ optional: true }),
        at: instant({ optional: true }),
        day: date({ optional: true }),
        isOn: boolean({ optional: true }),
        status: choice(['draft', 'live'], { default: 'draft' }),
        tags: list(text(), { optional: true }),
        data: json({ optional: true }),
        author: reference('users'),
        editor: reference('users', { optional: true }),
      },
      { rules: { read: make } },
    ),
  ],
  roles: { staff: {} },
})

const wrongs: readonly Wrong[] = [
  // ── keeping answers
  ...(
    [
      ['10 minutes', "It is '10 minutes'; write 10m."],
      ['1 Hour', "It is '1 Hour'; write 1h."],
      ['60', "It is '60'; write 60s."],
      [60, 'It is 60; write 60s.'],
      ['soon', "It is 'soon'; write a time such as 30s, 15m, 12h or 1d."],
      ['0s', "It is '0s'; write a time such as 30s, 15m, 12h or 1d."],
      [undefined, 'It is missing; write a time such as 30s, 15m, 12h or 1d.'],
    ] as const
  ).map(
    ([maxAge, sentence]): Wrong => [
      `answers that are kept for ${maxAge}`,
      one_({}, { cache: { maxAge } }),
      `collections.posts.cache.maxAge: ${sentence} To keep nothing, leave cache out.`,
    ],
  ),
  [
    'a cache that is only a time',
    one_({}, { cache: '10 min' }),
    "collections.posts.cache: It is '10 min'; write cache: { maxAge: '10m' }. To keep nothing, leave cache out.",
  ],
  [
    'a cache that is only switched on',
    one_({}, { cache: true }),
    "collections.posts.cache: It is true; write cache: { maxAge: '1h' }. To keep nothing, leave cache out.",
  ],
  [
    'an option of the cache that there is not',
    one_({}, { cache: { maxAge: '1h', public: true } }),
    'collections.posts.cache.public: There is no such option. The options are: maxAge.',
  ],
  [
    'an option of the cache with a small letter',
    one_({}, { cache: { maxage: '1h' } }),
    'collections.posts.cache.maxage: There is no such option. Did you mean maxAge?',
  ],
  // ── options that there are not
  [
    'an option of a collection with a letter missing',
    one_({}, { cach: { maxAge: '1h' } }),
    'collections.posts.cach: There is no such option. Did you mean cache?',
  ],
  [
    'an option of a collection that is like none',
    one_({}, { timestamps: true }),
    'collections.posts.timestamps: There is no such option. The options are: fields, rules, indexes, description, renamedFrom, announces, cache, tenant.',
  ],
  [
    'an option of an index with letters swapped',
    one_({ title: text() }, { indexes: [{ fields: ['title'], uniqeu: true }] }),
    'collections.posts.indexes[0].uniqeu: There is no such option. Did you mean unique?',
  ],
  [
    'an option of an application with a letter missing',
    { collections: [], setting: { rateLimit: false } } as Partial<AppDefinition>,
    'app.setting: There is no such option. Did you mean settings?',
  ],
  // ── names
  [
    'a collection that is not in kebab-case',
    { collections: [collection('OrderItems', { fields: {} })] },
    'collections.OrderItems: A collection is named in kebab-case, such as order-items.',
  ],
  [
    'a reserved name of a collection',
    { collections: [collection('batch', { fields: {} })] },
    'collections.batch: The name batch is reserved. Take another.',
  ],
  [
    'a collection that looks like one of Galley’s own',
    { collections: [collection('galley-things', { fields: {} })] },
    'collections.galley-things: Names beginning with galley-, sqlite- or pg- are reserved. Take another.',
  ],
  [
    'a collection that looks like an index of a search',
    { collections: [collection('posts-search', { fields: {} })] },
    'collections.posts-search: Names ending in -search are reserved for the tables of the full-text search. Take another.',
  ],
  [
    'a long name',
    { collections: [collection('a'.repeat(49), { fields: {} })] },
    `collections.${'a'.repeat(49)}: A name has at most 48 characters.`,
  ],
  [
    'two collections of one name',
    { collections: [posts({}), posts({})] },
    'collections.posts: There is the collection posts twice. Rename one.',
  ],
  [
    'two collections with one table',
    { collections: [collection('a-b', { fields: {} }), collection('a_b', { fields: {} })] },
    'collections.a_b: A collection is named in kebab-case, such as order-items.',
    'collections.a_b: It would share the table a_b with the collection a-b. Rename one.',
  ],
  [
    'a relation whose table is that of a collection',
    {
      collections: [
        posts({ tags: manyToMany('tags') }),
        collection('tags', { fields: {} }),
        collection('posts-tags', { fields: {} }),
      ],
    },
    'collections.posts.fields.tags: It would share the table posts_tags with the collection posts-tags. Rename one.',
  ],
  ...['id', 'version', 'createdAt', 'and', 'constructor', 'then', 'toString'].map(
    (name): Wrong => [
      `a field named ${name}`,
      one_({ [name]: text() }),
      `collections.posts.fields.${name}: The name ${name} is reserved. Take another.`,
    ],
  ),
  [
    'a field named __proto__',
    { collections: [posts(JSON.parse('{"__proto__": 1}'))] },
    'collections.posts.fields.__proto__: A field is named in camelCase, such as createdBy.',
    'collections.posts.fields.__proto__: This is not a field. Use one of the builders, such as text().',
  ],
  [
    'a field that is not in camelCase',
    one_({ 'first-name': text() }),
    'collections.posts.fields.first-name: A field is named in camelCase, such as createdBy.',
  ],
  [
    'two fields with one column',
    one_({ author: reference('posts', { optional: true }), authorId: text() }),
    'collections.posts.fields.authorId: Its column author_id is taken by author. Rename the field.',
  ],
  [
    'a field with a column of an amount',
    one_({ price: money(), priceCurrency: text() }),
    'collections.posts.fields.priceCurrency: Its column price_currency is taken by price. Rename the field.',
  ],

  // ── fields
  [
    'a field that is none',
    one_({ title: 'text' }),
    'collections.posts.fields.title: This is not a field. Use one of the builders, such as text().',
  ],
  [
    'a default that the field refuses',
    one_({ title: text({ max: 2, default: 'long' }) }),
    'collections.posts.fields.title.default: The default is refused by the field itself: it must be at most 2 characters.',
  ],
  [
    'a default of null',
    one_({ title: text({ optional: true, default: null as never }) }),
    'collections.posts.fields.title: A default is a value or a function. Leave it out to get null.',
  ],
  [
    'a slug of nothing',
    one_({ path: slug({ from: 'title' }) }),
    'collections.posts.fields.path: It speaks of the field title, which does not exist here.',
  ],
  [
    'a searchable field for some',
    { ...one_({ title: text({ search: true, read: role('staff') }) }), roles: { staff: {} } },
    'collections.posts.fields.title: A searchable field must be readable by everyone who may read the record. Remove search or the read rule.',
  ],
  [
    'a private searchable field',
    one_({ title: text({ search: true, private: true }) }),
    'collections.posts.fields.title: A private field cannot be searchable. Remove search or private.',
  ],
  [
    'an option with a value it cannot have',
    one_({ size: object({}) }),
    'collections.posts.fields.size: An object needs at least one member.',
  ],

  // ── relations
  [
    'a reference to nothing',
    one_({ author: reference('users') }),
    'collections.posts.fields.author: There is no collection users. Declare it, list it in defineApp, or correct the name.',
  ],
  [
    'a far side without a near one',
    { collections: [users, posts({ title: text() })] },
    "collections.users.fields.posts: The collection posts needs the field author as a reference('users').",
  ],
  [
    'a far side of one of several references',
    {
      collections: [
        collection('users', { fields: { posts: many('posts') } }),
        posts({ author: reference('users'), editor: reference('users') }),
      ],
    },
    "collections.users.fields.posts: Several fields of posts refer to users: author, editor. Say which: { by: 'author' }.",
  ],
  [
    'a one-to-one of many',
    { collections: [collection('users', { fields: { post: one('posts') } }), posts({ author: reference('users') })] },
    'collections.users.fields.post: The field author of posts must be unique, or several records could be the one. Add unique: true, or use many().',
  ],
  [
    'the other side of a many-to-many that is none',
    {
      collections: [
        collection('tags', { fields: { posts: manyToMany('posts', { by: 'tags' }) } }),
        posts({ tags: list(text()) }),
      ],
    },
    "collections.tags.fields.posts: The collection posts needs the field tags as manyToMany('tags'), without by.",
  ],
  [
    'a circle of required references',
    {
      collections: [
        collection('eggs', { fields: { hen: reference('hens') } }),
        collection('hens', { fields: { egg: reference('eggs') } }),
      ],
    },
    'collections.eggs: The required references eggs → hens → eggs form a circle, so no first record could be created. Make one of them optional.',
  ],
  [
    'a record that needs another of its kind',
    one_({ parent: reference('posts') }),
    'collections.posts: The required references posts → posts form a circle, so no first record could be created. Make one of them optional.',
  ],

  // ── indexes
  [
    'an index of an unknown field',
    one_({ title: text() }, { indexes: [['titel']] }),
    'collections.posts.indexes[0]: There is no field titel.',
  ],
  [
    'an index of nothing, of one field twice, of a list',
    one_({ title: text(), tags: list(text()) }, { indexes: [[], { fields: ['title', 'title'] }, ['tags']] }),
    'collections.posts.indexes[0]: An index needs at least one field.',
    'collections.posts.indexes[1]: An index names each field once.',
    'collections.posts.indexes[2]: The field tags has no order, so it cannot be indexed.',
  ],
  [
    'an index of a far side',
    {
      collections: [
        collection('users', { fields: { posts: many('posts') }, indexes: [['posts']] }),
        posts({ author: reference('users') }),
      ],
    },
    'collections.users.indexes[0]: The field posts rests in another table and cannot be indexed here.',
  ],

  // ── rules
  [
    'a rule that was compared at once',
    rule(({ row, actor }) => row.author === actor.id),
    'collections.posts.rules.read: A rule is made of everyone(), role(), eq() and the like. === compares at once, not for each row: write eq(row.owner, actor.id).',
  ],
  [
    'a part of a rule that was compared at once',
    rule(({ row, actor }) => and(everyone(), or((row.author === actor.id) as never))),
    'collections.posts.rules.read: A rule is made of everyone(), role(), eq() and the like. === compares at once, not for each row: write eq(row.owner, actor.id).',
  ],
  [
    'something else than a rule',
    rule(() => users),
    'collections.posts.rules.read: A rule is made of everyone(), role(), eq() and the like. === compares at once, not for each row: write eq(row.owner, actor.id).',
  ],
  [
    'a rule that cannot be read',
    rule(() => {
      throw new Error('no')
    }),
    'collections.posts.rules.read: The rule could not be read: no.',
  ],
  [
    'a rule for an operation that is none',
    one_({}, { rules: { publish: everyone(), constructor: everyone() } }),
    'collections.posts.rules.publish: There are rules for read, create, update and delete. An action has its own, in allow.',
    'collections.posts.rules.constructor: There are rules for read, create, update and delete. An action has its own, in allow.',
  ],
  [
    'a role that is not declared',
    rule(({ actor }) => or(role('staff', 'chief'), not(actor.hasRole('king')))),
    'collections.posts.rules.read: There is no role chief. Declare it: defineApp({ roles: { chief: {} } }).',
    'collections.posts.rules.read: There is no role king. Declare it: defineApp({ roles: { king: {} } }).',
  ],
  [
    'a field that is not there',
    rule(({ row }) => or(eq(row.titel, 'x'), isNull(row.author.nam))),
    'collections.posts.rules.read: The collection posts has no field titel.',
    'collections.posts.rules.read: The collection users has no field nam.',
  ],
  [
    'a field behind what is no reference',
    rule(({ row }) => eq(row.title.length, 1)),
    'collections.posts.rules.read: title is not a reference, so it has no length.',
  ],
  [
    'a far side that is compared',
    rule(({ row }) => eq(row.author.posts, 'x')),
    'collections.posts.rules.read: author.posts is the far side of a relation. Use some(…).',
  ],
  [
    'some of a field',
    rule(({ row }) => some(row.author, () => everyone())),
    'collections.posts.rules.read: some() takes the far side of a relation; author is not one.',
  ],
  [
    'some that speaks of the outer row',
    rule(({ row }) =>
      some(row.author.posts, (post) =>
        and(
          eq(post.title, row.title),
          eq(row.title, 'x'),
          some(row.author.posts, () => everyone()),
        ),
      ),
    ),
    ...Array(3).fill(
      'collections.posts.rules.read: Inside some() only the inner row can be spoken of. Compare it with the actor or a value.',
    ),
  ],
  [
    'a comparison with null',
    rule(({ row }) => and(eq(row.title, null as never), ne(row.count, undefined as never))),
    ...Array(2).fill('collections.posts.rules.read: Nothing equals null. Use isNull(…) or isSet(…).'),
  ],
  [
    'an order of what has none',
    rule(({ row }) =>
      or(lt(row.isOn, true), gt(row.data, 1), has(row.title, 'x'), contains(row.tags, 'x'), contains(row.count, '1')),
    ),
    'collections.posts.rules.read: The field isOn cannot be compared by lt.',
    'collections.posts.rules.read: The field data cannot be compared by gt.',
    'collections.posts.rules.read: The field title cannot be compared by has.',
    'collections.posts.rules.read: The field tags cannot be compared by contains.',
    'collections.posts.rules.read: The field count cannot be compared by contains.',
  ],
  [
    'values of another type',
    rule(({ row }) =>
      and(
        eq(row.count, '1' as never),
        eq(row.status, 'lvie' as never),
        gt(row.at, 'yesterday'),
        eq(row.weight, '1.234'),
        oneOf(row.author, ['me']),
        has(row.tags, 1 as never),
        eq(row.price, { amount: 1, tax: 2 } as never),
      ),
    ),
    'collections.posts.rules.read: The field count is compared with "1", but must be a whole number.',
    'collections.posts.rules.read: The field status is compared with "lvie", but must be one of: draft, live.',
    'collections.posts.rules.read: The field at is compared with "yesterday", but must be a time such as 2026-03-01T09:30:00Z.',
    'collections.posts.rules.read: The field weight is compared with "1.234", but must have at most 2 digits after the point.',
    'collections.posts.rules.read: The field author is compared with "me", but must be an id.',
    'collections.posts.rules.read: The field tags is compared with 1, but must be text.',
    'collections.posts.rules.read: The field price is compared with {"amount":1,"tax":2}, but has only the members amount, currency.',
  ],
  [
    'an actor where none can be',
    rule(({ row, actor }) => or(eq(row.count, actor.id), eq(row.at, actor.id))),
    'collections.posts.rules.read: The field count cannot hold the id of an actor.',
    'collections.posts.rules.read: The field at cannot hold the id of an actor.',
  ],
  [
    'now where there is no time',
    rule(({ row }) => and(gte(row.at, now()), gte(row.day, now()), eq(row.title, now()))),
    'collections.posts.rules.read: The field title is no time, so it cannot be compared with now().',
  ],
  [
    'fields of different types',
    rule(({ row }) => and(eq(row.weight, row.heavy), eq(row.author, row.editor), eq(row.title, row.author))),
    'collections.posts.rules.read: The fields weight and heavy hold values of different types.',
    'collections.posts.rules.read: The fields title and author hold values of different types.',
  ],
  [
    'two fields of which one is behind a reference',
    rule(({ row }) => eq(row.title, row.author.name)),
    'collections.posts.rules.read: Two fields can be compared when both belong to the row itself. Compare a field behind a reference with the actor or a value.',
  ],
  [
    'a comparison without a field',
    rule(({ actor }) => or(eq(now(), '2026-01-01'), eq(actor.id, now()), eq(actor.id, 'ada'))),
    ...Array(2).fill(
      'collections.posts.rules.read: Compare a field of the row, or actor.id, with a value: eq(row.owner, actor.id).',
    ),
  ],
  [
    'a rule of a field',
    one_({ title: text({ read: ({ row }) => isSet(row!.nothing), write: true as never }) }),
    'collections.posts.fields.title.write: A rule is made of everyone(), role(), eq() and the like. === compares at once, not for each row: write eq(row.owner, actor.id).',
    'collections.posts.fields.title.read: The collection posts has no field nothing.',
  ],

  // ── actions, hooks, roles, the rest
  [
    'an action of nothing',
    { actions: [action('posts', 'publish', { run: () => {} })] },
    'actions.posts.publish: There is no collection posts.',
  ],
  [
    'an action with a reserved name',
    {
      ...one_({}),
      actions: [action('posts', 'aggregate', { run: () => {} }), action('posts', 'Do It', { run: () => {} })],
    },
    'actions.posts.aggregate: The name aggregate is reserved. Take another.',
    'actions.posts.Do It: An action is named by a verb in camelCase or kebab-case, such as checkout.',
  ],
  [
    'two actions of one name',
    {
      ...one_({}),
      actions: [action('posts', 'go', { run: () => {} }), action('posts', 'go', { on: 'collection', run: () => {} })],
    },
    'actions.posts.go: There are two actions of this name. Rename one.',
  ],
  [
    'an action named like a relation',
    {
      collections: [users, posts({ author: reference('users') })],
      actions: [action('posts', 'author', { run: () => {} })],
    },
    'actions.posts.author: A relation has the same name, and both are reached by POST /api/posts/{id}/author. Rename one.',
  ],
  [
    'an action about the row of a whole collection',
    {
      ...one_({ title: text() }),
      actions: [
        action('posts', 'go', { on: 'collection', allow: ({ row }: any) => eq(row.title, 'x'), run: () => {} }),
      ], // any: there is no row
    },
    'actions.posts.go.allow: An action of the whole collection has no row. Use the actor only.',
  ],
  [
    'an action with input and output that cannot be',
    {
      ...one_({}),
      actions: [
        action('posts', 'go', {
          input: { constructor: text(), who: reference('users'), all: many('posts') as never },
          output: 'users',
          timeoutMs: 0,
          run: () => '',
        }),
      ],
    },
    'actions.posts.go: timeoutMs is between 1 and 60000.',
    'actions.posts.go.input.constructor: The name constructor is reserved. Take another.',
    'actions.posts.go.input.who: There is no collection users.',
    'actions.posts.go.input.all: An input or output has no far side of a relation. Use list(text()).',
    'actions.posts.go.output: There is no collection users.',
  ],
  [
    'a hook of nothing, at no moment',
    { ...one_({}), hooks: [hook('users', 'afterCreate', () => {}), hook('posts', 'constructor' as never, () => {})] },
    'hooks.users.afterCreate: There is no collection users.',
    'hooks.posts.constructor: A hook runs at one of: beforeCreate, afterCreate, beforeUpdate, afterUpdate, beforeDelete, afterDelete.',
  ],
  [
    'roles that include what is not there, or themselves',
    { roles: { a: { includes: ['b', 'constructor'] }, b: { includes: ['c'] }, c: { includes: ['b'] } } },
    'roles.a.includes: There is no role constructor. Declare it, or correct the name.',
    'roles.b.includes: It includes itself through c. Roles must not form a circle.',
    'roles.c.includes: It includes itself through b. Roles must not form a circle.',
  ],
  [
    'declarations that are not there',
    { collections: [undefined as never, posts({})], actions: [null as never], hooks: ['x' as never] },
    'collections[0]: It is not there. Do two files import each other?',
    'actions[0]: It is not there. Do two files import each other?',
    'hooks[0]: It is not there. Do two files import each other?',
  ],
]

describe('a declaration is refused, with a sentence that says what to do:', () => {
  for (const [what, definition, ...problems] of wrongs) {
    test(what, () => assert.deepEqual([...problemsOf(definition)].sort(), [...problems].sort()))
  }
})

test('all problems are told at once, in one error', () => {
  const definition = {
    collections: [
      posts({ id: text(), author: reference('users') }, { indexes: [['nothing']], rules: { read: role('chief') } }),
    ],
  }
  const error = errorOf(definition)
  assert.equal(error.code, 'model_invalid')
  assert.equal(error.issues.length, 4)
  assert.match(
    error.message,
    /^The declaration of wrong has 4 problems:\n {2}collections\.posts\.fields\.id: The name id/,
  )
})

test('a declaration that is right compiles, whatever the order of its parts', () => {
  const model = compileModel(
    defineApp({
      name: 'right',
      ...rule(
        ({ row, actor }): Rule =>
          and(
            eq(actor.id, row.author),
            oneOf(row.status, ['live']),
            has(row.tags, 'x'),
            gt(row.price, { amount: 1, currency: 'EUR' }),
            eq(row.price, row.price),
            some(row.author.posts, (post) => eq(post.author, actor.id)),
          ),
      ),
    }),
  )
  assert.deepEqual([...model.collections.keys()], ['users', 'posts'])
  assert.ok(Object.isFrozen(model.collections.get('posts')))
})

test('roles bring what they include, each once', () => {
  const { roles } = compileModel(
    defineApp({
      name: 'roles',
      collections: [],
      roles: { staff: {}, lead: { includes: ['staff'] }, chief: { includes: ['lead', 'staff'] } },
    }),
  )
  assert.deepEqual(roles.get('chief'), ['chief', 'lead', 'staff'])
})

test('how long answers are kept is known in milliseconds, and nothing is kept unasked', () => {
  const kept = collection('kept', { fields: {}, cache: { maxAge: '15m' } })
  const { collections } = compileModel(defineApp({ name: 'kept', collections: [kept, posts({})] }))
  assert.equal(collections.get('kept')!.cacheMaxAgeMs, 900_000)
  assert.equal(collections.get('posts')!.cacheMaxAgeMs, undefined)
})

test('long names of relations make tables of names that every database takes', () => {
  const name = 'a'.repeat(48)
  const model = compileModel(
    defineApp({
      name: 'long',
      collections: [
        collection(name, { fields: { [`b${'c'.repeat(40)}`]: manyToMany('tags') } }),
        collection('tags', { fields: {} }),
      ],
    }),
  )
  const relation = [...model.collections.get(name)!.fields.values()].at(-1)!.relation
  assert.ok(relation?.kind === 'manyToMany' && relation.junction.length <= 63)
})

function problemsOf(definition: Partial<AppDefinition>): readonly string[] {
  return errorOf(definition).issues.map(({ pointer, message }) => `${pointer}: ${message}`)
}

function errorOf(definition: Partial<AppDefinition>): GalleyError {
  try {
    compileModel(defineApp({ name: 'wrong', ...definition, collections: definition.collections ?? [] }))
  } catch (error) {
    return error as GalleyError
  }
  return assert.fail('it compiled')
}

test('an application may begin with another one, whose mistakes stay mistakes', () => {
  const items = collection('items', { fields: { name: text() } })
  const wrong = { name: 'one', collections: [items], setings: {} } as never
  const second = defineApp({ ...defineApp({ name: 'one', collections: [items] }), name: 'two' })
  assert.equal(compileModel(second).name, 'two')
  assert.throws(() => compileModel(defineApp({ ...defineApp(wrong), name: 'two' } as never)), /setings/)
})
