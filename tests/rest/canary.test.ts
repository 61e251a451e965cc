import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { databases } from '../databases.ts'
import { type Json, type Library, made, type Person, startLibrary } from './start-library.ts'

/**
 * Walks every route as everybody, with every clause that can name a field, and looks for values that must not be seen: one of
 * a private field, one of a field for staff, one of a row that is for its writer alone.
 */
const canaries = { private: 'canary-of-secrets', staffOnly: 987_654_321, hiddenRow: 'canary-in-a-hidden-row' }

for (const { name, url: databaseUrl } of databases) {
  describe(`hidden values on ${name}`, () => {
    let library: Library
    let book: Json
    let review: Json
    before(async () => {
      library = await startLibrary(await databaseUrl())
      const author = await made(library.staff, '/api/authors', { name: 'Tove' })
      book = await library.app.system.books!.create({
        title: 'Sea',
        author: author.id,
        secret: canaries.private,
        cost: canaries.staffOnly,
        isbn: 'known',
      })
      await library.app.system.suggestions!.create({ text: canaries.hiddenRow })
      review = await library.app.system.reviews!.create({
        book: book.id,
        rating: 1,
        writer: canaries.hiddenRow,
        isPublic: false,
      })
    })
    after(() => library.close())

    const people = (): Readonly<Record<string, { person: Person; mayKnow: readonly unknown[] }>> => ({
      anybody: { person: library.anybody, mayKnow: [] },
      ada: { person: library.ada, mayKnow: [] },
      bob: { person: library.bob, mayKnow: [] },
      staff: { person: library.staff, mayKnow: [canaries.staffOnly, canaries.hiddenRow] },
    })

    test('no answer has one', async () => {
      const { body: document } = await library.anybody.send('GET', '/api/openapi.json')
      let answers = 0
      for (const { person, mayKnow } of Object.values(people())) {
        const forbidden = Object.values(canaries).filter((canary) => !mayKnow.includes(canary))
        for (const group of requestGroups(document.paths, book, review)) {
          const texts = await Promise.all(group.map((request) => everythingOf(person, request)))
          for (const text of texts)
            for (const canary of forbidden) assert.ok(!text.includes(String(canary)), text.slice(0, 1_000))
          answers += group.length
        }
      }
      assert.ok(answers > 1_000, `${answers} answers were looked at`)
    })

    test('the walk would find one: staff see what staff may see', async () => {
      const { text } = await library.staff.send('GET', `/api/books/${book.id}?expand=reviews`)
      assert.match(text, new RegExp(String(canaries.staffOnly)))
      assert.match(text, new RegExp(canaries.hiddenRow))
      assert.doesNotMatch(text, new RegExp(canaries.private))
    })

    test('a guess is answered the same whether it is right or wrong', async () => {
      for (const { person, mayKnow } of Object.values(people())) {
        const ask = async (query: string) => {
          const { status, body } = await person.send('GET', `/api/books?${query}`)
          return JSON.stringify([status, body.data ?? body.errors])
        }
        for (const [right, wrong] of guesses) {
          if (mayKnow.length > 0 && !right.includes('secret')) continue
          assert.equal(await ask(right), await ask(wrong), right)
        }
      }
    })

    test('a unique value of a hidden row is not confirmed by its field', async () => {
      const { status } = await library.ada.send('GET', `/api/reviews?filter[writer]=${canaries.hiddenRow}&count=exact`)
      assert.equal(status, 200)
      const { body } = await library.ada.send('GET', `/api/reviews?filter[writer]=${canaries.hiddenRow}&count=exact`)
      assert.deepEqual([body.data, body.page.total], [[], 0])
      const groups = await library.ada.send('GET', '/api/reviews/aggregate?groupBy=writer&count')
      assert.doesNotMatch(groups.text, new RegExp(canaries.hiddenRow))
    })
  })
}

/** Every clause of a list, a record and an aggregate that can name a field. */
const queries = [
  '',
  '?fields=secret,cost',
  '?sort=secret',
  '?sort=-cost',
  '?filter[secret][startsWith]=canary',
  '?filter[cost][gt]=1',
  '?filter[book.secret][contains]=c',
  '?filter[books][some][secret][null]=false',
  '?filter[reviews][some][writer][contains]=canary',
  '?search=canary',
  '?expand=book,reviews,books,author,tags,cover,country,authors',
  '?expand=reviews',
  '?expand=books.reviews',
  '?expand=book.reviews',
  '?expand=book(fields:(secret,cost))',
  '?groupBy=secret',
  '?groupBy=writer,book.cost',
  '?sum=cost&max=secret&min=cost',
  '?groupBy=text',
  '?count=exact&limit=100',
]

const guesses = [
  ['filter[secret]=canary-of-secrets', 'filter[secret]=nothing'],
  ['filter[cost]=987654321', 'filter[cost]=5'],
  ['filter[reviews][some][writer]=canary-in-a-hidden-row', 'filter[reviews][some][writer]=nobody'],
  ['filter[reviews][some][rating]=1', 'filter[reviews][some][rating]=2'],
  ['filter[reviews][none]=true&fields=id', 'filter[reviews][none][rating]=1&fields=id'],
  ['search=canary', 'search=nothing'],
] as const

interface Request {
  readonly method: string
  readonly url: string
  readonly body: unknown
}

/** All that can be asked of each path, by every method, clause and body. */
function requestGroups(paths: Json, book: Json, review: Json): readonly (readonly Request[])[] {
  return Object.entries<Json>(paths).map(([path, methods]) =>
    urlsFor(path, [book.id, review.id]).flatMap((url) => [
      ...queries.map((query) => ({ method: 'GET', url: url + query, body: undefined })),
      ...Object.keys(methods).flatMap((method) =>
        bodiesFor(method, book).map((body) => ({ method: method.toUpperCase(), url, body })),
      ),
    ]),
  )
}

function urlsFor(path: string, ids: readonly string[]): readonly string[] {
  return path.includes('{id}') ? ids.map((id) => path.replace('{id}', id)) : [path]
}

/** Nothing is changed by it. */
async function everythingOf(person: Person, { method, url, body }: Request): Promise<string> {
  const { status, headers, text } = await person.send(method, url, body, { prefer: 'tx=rollback' })
  return `${method} ${url} ${status} ${JSON.stringify([...headers])} ${text}`
}

/** Inputs whose refusal could quote what is there. */
function bodiesFor(method: string, book: Json): readonly unknown[] {
  if (method === 'get') return []
  if (method === 'delete') return [undefined]
  return [
    {},
    { secret: 'x', cost: 1, isbn: 'known', title: 'x', author: book.author },
    {
      operations: [
        { operation: 'get', collection: 'books', id: book.id, ref: 'b' },
        { operation: 'update', collection: 'books', id: book.id, data: { title: { $ref: 'b.secret' } } },
      ],
    },
  ]
}
