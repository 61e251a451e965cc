import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, test } from 'node:test'
import northwind from '../examples/northwind/app.ts'
import { type AdviceRequest, advise } from '../packages/server/src/app/advise/advise.ts'
import {
  choice,
  collection,
  defineApp,
  eq,
  everyone,
  instant,
  integer,
  many,
  or,
  reference,
  role,
  text,
} from '../packages/server/src/index.ts'
import { databases } from './databases.ts'
import { thingsApp } from './operations/things.ts'
import { worldApp } from './operations/two-worlds.ts'
import { library } from './rest/library.ts'
import { makeProject, runGalley } from './run-galley.ts'

type Indexes = readonly ('customer' | 'placedAt' | 'status' | 'clerk')[][]

/** Orders that belong to a customer, and notes that belong to somebody of whom there is no record. */
const shop = (indexes: Indexes, noteIndexes: readonly 'owner'[][] = []) =>
  defineApp({
    name: 'shop',
    collections: [
      collection('customers', {
        fields: { name: text(), orders: many('orders') },
        rules: { read: ({ row, actor }) => or(eq(row.id, actor.id), role('staff')) },
      }),
      collection('orders', {
        fields: {
          customer: reference('customers'),
          placedAt: instant(),
          status: choice(['placed', 'paid']),
          clerk: text(),
          total: integer(),
        },
        rules: { read: ({ row, actor }) => or(eq(row.customer, actor.id), role('staff')) },
        indexes,
      }),
      collection('notes', {
        fields: { owner: text(), body: text() },
        rules: { read: ({ row, actor }) => eq(row.owner, actor.id) },
        indexes: noteIndexes,
      }),
    ],
    roles: { staff: {} },
  })

const ask = (app: AdviceRequest['app'], lines: readonly string[] = [], more: Partial<AdviceRequest> = {}) =>
  advise({ app, seed: undefined, rows: 5_000, maxScan: 500, lines, onlyLines: lines.length > 0, ...more })

for (const { name, url } of databases) {
  describe(`on ${name}, advice`, () => {
    const on = async () => (name === 'sqlite' ? {} : { databaseUrl: await url() })

    test('names the index that a rule wants, and nothing once it is declared', async () => {
      const { findings, indexes } = await ask(shop([]), [], await on())
      assert.deepEqual(
        findings.map(({ url, askers, add }) => [url, askers, add?.collection, add?.fields]),
        [['/api/notes', ['one of customers', 'signed in', 'staff'], 'notes', ['owner']]],
      )
      assert.ok(findings[0]!.rowsRead > 500)
      assert.ok(findings[0]!.add!.rowsRead < 50)
      assert.deepEqual(indexes, [{ collection: 'notes', line: "indexes: [['owner']]" }])
      assert.deepEqual((await ask(shop([], [['owner']]), [], await on())).findings, [])
    })

    test('is given for the questions that are named, in the order that they ask for', async () => {
      const lines = ['/api/orders?sort=-placedAt', '/api/orders?filter[clerk][eq]=word1&sort=placedAt']
      const { findings, indexes } = await ask(shop([['status']]), lines, { ...(await on()), as: 'staff' })
      assert.deepEqual(
        findings.map(({ url, add }) => [url, add?.fields]),
        [
          ['/api/orders?sort=-placedAt', ['placedAt']],
          ['/api/orders?filter[clerk][eq]=word1&sort=placedAt', ['clerk']],
        ],
      )
      assert.equal(indexes[0]!.line, "indexes: [['status'], ['placedAt'], ['clerk']]")
    })

    test('is not given where no index can help, and that is said', async () => {
      const lines = ['/api/orders?filter[clerk][contains]=zzz', '/api/orders?sort=customer.name']
      const { findings } = await ask(shop([]), lines, { ...(await on()), as: 'staff' })
      assert.deepEqual(
        findings.map(({ add }) => add),
        [undefined, undefined],
      )
      assert.deepEqual(findings.map(({ note }) => note?.slice(0, 30)).toSorted(), [
        'A text in the middle or at the',
        'An index cannot be in the orde',
      ])
    })
  })
}

/** What the guide says of `['status', 'placedAt']`, and of others. */
const books = (indexes: readonly ('status' | 'placedAt' | 'title' | 'pages')[][]) =>
  defineApp({
    name: 'books',
    collections: [
      collection('books', {
        fields: { title: text(), status: choice(['placed', 'paid', 'shipped']), placedAt: instant(), pages: integer() },
        rules: { read: everyone },
        indexes,
      }),
    ],
  })

describe('an index serves', () => {
  const since = 'filter[placedAt][gte]=2026-01-01T00:00:00.000Z'
  const month = 'filter[placedAt][between]=2026-01-01T00:00:00.000Z,2026-02-01T00:00:00.000Z'
  const both = ['status', 'placedAt'] as const
  for (const [query, fields] of [
    ['filter[status][eq]=paid&sort=placedAt', both],
    ['filter[status][eq]=paid&sort=-placedAt', both],
    [`filter[status][eq]=paid&${since}&sort=placedAt`, both],
    [`filter[status][eq]=paid&${since}&sort=-placedAt`, both],
    [`filter[status][eq]=paid&${month}&sort=placedAt`, both],
    [`${since}&sort=placedAt`, ['placedAt']],
    [`${month}&sort=-placedAt`, ['placedAt']],
    ['filter[placedAt][lte]=2026-01-01T00:00:00.000Z&sort=placedAt', ['placedAt']],
    ['filter[placedAt][lt]=2020-01-01T00:00:00.000Z&sort=placedAt', ['placedAt']],
    ['filter[title][startsWith]=x&sort=title', ['title']],
    ['filter[title][gte]=x&sort=title', ['title']],
    [`${since}&filter[status][ne]=paid&sort=placedAt`, ['placedAt']],
    ['sort=placedAt', ['placedAt']],
    ['sort=-placedAt,id', ['placedAt']],
  ] as const)
    test(query, async () => {
      const url = `/api/books?${query}`
      assert.deepEqual((await ask(books([[...fields]]), [url])).findings, [])
      const { findings } = await ask(books([]), [url])
      assert.deepEqual(
        findings.map((finding) => [finding.url, finding.collection, finding.note]),
        [[url, 'books', undefined]],
      )
    })

  for (const query of ['sort=placedAt', 'filter[title][contains]=x', `${since}&sort=pages`])
    test(`but ${query} by none that is in another order`, async () => {
      const { findings } = await ask(books([[...both]]), [`/api/books?${query}`])
      assert.equal(findings.length, 1)
    })

  test('a range only in its order: what is sorted otherwise is read as a whole', async () => {
    const { findings } = await ask(books([['placedAt']]), [`/api/books?${since}&sort=pages`])
    assert.equal(findings.length, 1)
  })
})

test('instead of a part of a text, a search is advised, and how to have one', async () => {
  for (const [search, advised] of [
    [true, /title is searchable: ask search=… for words/],
    [false, /declare title with search: true, and ask search=…/],
  ] as const) {
    const fields = { title: text({ search }) }
    const app = defineApp({
      name: 'pages',
      collections: [collection('pages', { fields, rules: { read: everyone } })],
    })
    const { findings } = await ask(app, ['/api/pages?filter[title][contains]=x'])
    assert.match(findings[0]!.note ?? '', advised)
  }
})

test('lines of an access log are questions, those that change something are not', async () => {
  const { questionCount, listCount, refused, invalid, findings } = await ask(shop([]), [
    '1.2.3.4 - - [x] "GET /api/orders?filter%5Bcustomer%5D=0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b&after=abc HTTP/1.1" 200 17',
    '1.2.3.4 - - [x] "POST /api/orders HTTP/1.1" 201 17',
    '1.2.3.4 - - [x] "GET /api/customers/0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b/orders?sort=-total HTTP/1.1" 200 17',
    '1.2.3.4 - - [x] "GET /api/orders?filter[nothing]=1 HTTP/1.1" 400 17',
    '1.2.3.4 - - [x] "GET /favicon.ico HTTP/1.1" 404 17',
  ])
  assert.deepEqual(refused, [])
  assert.deepEqual(invalid, [
    {
      url: '/api/orders?filter[nothing]=1',
      reasons: ['filter[nothing]: There is no field nothing in orders.'],
    },
  ])
  assert.equal(listCount, 3)
  assert.equal(questionCount, 4) // two for the customer and two for the staff, whose rights differ
  assert.deepEqual(findings, [])
})

for (const [name, app] of Object.entries({
  northwind,
  library,
  things: thingsApp,
  worlds: { ...worldApp, features: [] },
})) {
  test(`the model of ${name} needs no other index`, async () => {
    const { findings, questionCount } = await advise({
      app,
      seed: undefined,
      rows: 12_000,
      maxScan: 1_200, // as 100 000 rows are to the 10 000 of the command
      lines: [],
      onlyLines: false,
    })
    assert.deepEqual(
      findings.filter(({ note }) => note === undefined),
      [],
    )
    assert.ok(questionCount > 4)
  })
}

describe('galley advise', () => {
  const source = (indexes: string) => `
import { collection, defineApp, eq, text } from 'galley'
const notes = collection('notes', { fields: { owner: text() }, rules: { read: ({ row, actor }) => eq(row.owner, actor.id) }, indexes: ${indexes} })
export default defineApp({ name: 'notes', collections: [notes] })
`

  test('--check passes for the shop', async () => {
    const { exitCode, stdout, stderr } = await runGalley(resolve('examples/store'), [
      'advise',
      '--check',
      '--rows',
      '30000',
    ])
    assert.equal(exitCode, 0, stdout + stderr)
    assert.match(
      stdout,
      /made-up records, in the proportions of the seed\.\n[\s\S]*\nNo question reads more than 10 000 rows for/,
    )
  })

  test('--check fails with the line to add, and passes when it is there', async () => {
    const args = ['advise', '--check', '--rows', '20000']
    const bad = await runGalley(makeProject(source('[]')), args)
    assert.equal(bad.exitCode, 1, bad.stderr)
    assert.match(
      bad.stdout,
      /GET \/api\/notes\n {2}asked by {2}signed in\n {2}reads {5}\d+ \d+ rows, with the index \d+\n {2}add {7}to notes: \['owner'\]\n/,
    )
    assert.match(
      bad.stdout,
      /\n {2}notes +indexes: \[\['owner'\]\]\n\n1 question reads more than 10 000 rows for one page\.\n$/,
    )
    const good = await runGalley(makeProject(source(`[['owner']]`)), args)
    assert.equal(good.exitCode, 0, good.stdout)
  })

  test('reads questions from a file and answers as JSON', async () => {
    const folder = makeProject(source('[]'))
    writeFileSync(join(folder, 'access.log'), '"GET /api/notes?limit=5 HTTP/1.1"\n')
    const { exitCode, stdout } = await runGalley(folder, [
      'advise',
      '--queries',
      'access.log',
      '--rows',
      '20000',
      '--max-scan',
      '1000',
      '--json',
    ])
    assert.equal(exitCode, 0)
    const { findings } = JSON.parse(stdout)
    assert.deepEqual([findings[0].url, findings[0].add.fields], ['/api/notes?limit=5', ['owner']])
  })

  test('says which question is none, which is no valid query, and who there is to ask', async () => {
    const folder = makeProject(source('[]'))
    for (const [args, problem] of [
      [['--query', '/api/note'], /\/api\/note asks .* There is no collection note\. There are: notes\. See/],
      [['--query', 'notes?sort=owner'], /asks for no list of a collection\. Begin with \/api\/, as in \/api\/notes\?/],
      [['--query', '/api/notes/1'], /asks for no list of a collection\. Lists of notes are \/api\/notes\./],
      [['--query', '/api/notes?sort=ownr'], /\/api\/notes\?sort=ownr is no valid query\. sort: There is no field ownr/],
      [['--query', '/api/notes?expand=nots'], /is no valid query\. expand: There is no .*nots/],
      [['--query', '/api/notes?limit=1000'], /is no valid query\. limit: /],
      [['--query', '/api/notes?filter[nope][eq]=1'], /is no valid query\. filter\[nope\]/],
      [['--database-url', 'mysql://x'], /The option --database-url takes postgres:/],
    ] as const) {
      const { exitCode, stdout, stderr } = await runGalley(folder, ['advise', '--check', ...args])
      assert.match(stderr, problem)
      assert.equal(exitCode, 2, args.join(' '))
      assert.equal(stdout, '')
    }
    const nobody = await runGalley(folder, ['advise', '--as', 'boss', '--rows', '10'])
    assert.equal(nobody.exitCode, 1)
    assert.match(nobody.stderr, /Nobody who asks is called boss\. There are: anonymous, signed in\./)
  })

  test('tells how much of a file it understood, and passes no check on nothing', async () => {
    const folder = makeProject(source('[]'))
    const check = (lines: readonly string[], ...more: string[]) => {
      writeFileSync(join(folder, 'access.log'), lines.join('\n'))
      return runGalley(folder, ['advise', '--check', '--rows', '100', '--queries', 'access.log', ...more])
    }
    const some = await check([
      '"GET /api/notes HTTP/1.1"',
      '"GET / HTTP/1.1"',
      '',
      '"GET /api/notes?sort=ownr HTTP/1.1"',
    ])
    assert.match(
      some.stdout,
      /^3 lines read, 2 lists, 1 skipped\.\n1 question about 1 collection and 1 of Galley's, with 200 /,
    )
    assert.match(some.stdout, /\nNo valid query: \/api\/notes\?sort=ownr\n {2}sort: There is no field ownr/)
    assert.equal(some.exitCode, 0, some.stderr)
    const none = await check(['"GET / HTTP/1.1"'])
    assert.match(
      none.stdout,
      /^1 line read, 0 lists, 1 skipped\.\n[\s\S]*\n\nNothing was asked, so nothing is known\.\n$/,
    )
    assert.equal(none.exitCode, 1)
    const closed = await check(['/api/notes', '/api/api-keys'], '--as', 'anonymous')
    assert.doesNotMatch(closed.stdout, /No valid query|No question reads/)
  })
})
