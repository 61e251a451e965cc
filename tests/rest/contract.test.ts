import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { databases } from '../databases.ts'
import { type Json, type Library, made, startLibrary } from './start-library.ts'

const absentId = '0195b3c4-9f00-7000-8000-00000000dead'

for (const { name, url } of databases) {
  describe(`the REST contract on ${name}`, () => {
    let library: Library
    let author: Json
    before(async () => {
      library = await startLibrary(await url())
      author = await made(library.staff, '/api/authors', { name: 'Tove' })
    })
    after(() => library.close())

    const newBook = (values: object = {}) =>
      made(library.staff, '/api/books', { title: 'Sea', author: author.id, ...values })

    describe('one record', () => {
      test('is created with 201, its place and its version, and is found there', async () => {
        const created = await library.staff.send('POST', '/api/books', { title: 'Moon', author: author.id })
        assert.equal(created.status, 201)
        assert.equal(created.headers.get('etag'), '"1"')
        const place = created.headers.get('location')!
        assert.equal(place, `/api/books/${created.body.id}`)
        const found = await library.anybody.send('GET', place)
        assert.equal(found.status, 200)
        assert.equal(found.headers.get('content-type'), 'application/json')
        assert.equal(found.headers.get('etag'), '"1"')
        assert.equal(found.headers.get('cache-control'), 'private, no-cache')
        assert.match(found.headers.get('vary')!, /Authorization/)
        assert.deepEqual(found.body, {
          id: created.body.id,
          createdAt: created.body.createdAt,
          updatedAt: created.body.createdAt,
          version: 1,
          title: 'Moon',
          isbn: null,
          pages: 100,
          price: null,
          weight: null,
          published: null,
          lentAt: null,
          isRare: false,
          languages: [],
          size: null,
          notes: null,
          shelf: 'fiction',
          author: author.id,
          signed: null,
        })
      })

      test('every type of value comes back as it was sent', async () => {
        const values = {
          isbn: '978-3',
          pages: 3,
          price: { amount: 1250, currency: 'EUR' },
          weight: '0.250',
          published: '2026-03-01',
          lentAt: '2026-03-01T09:30:00.000Z',
          isRare: true,
          languages: ['sv', 'de'],
          size: { width: 3, height: null },
          notes: { a: [1, 'ü', null, { b: false }] },
          shelf: 'travel',
          signed: 'T.',
        }
        const book = await newBook(values)
        const { body } = await library.anybody.send('GET', `/api/books/${book.id}`)
        for (const [field, value] of Object.entries(values)) assert.deepEqual(body[field], value, field)
      })

      test('that does not exist is 404, whether or not the id could be one', async () => {
        for (const id of [absentId, 'nonsense', '1', 'a'.repeat(300), '%00', '..%2f..'])
          for (const method of ['GET', 'DELETE'])
            assert.equal((await library.staff.send(method, `/api/books/${id}`)).status, 404, `${method} ${id}`)
      })

      test('is changed by a merge patch', async () => {
        const book = await newBook({ size: { width: 1, height: 2 }, notes: { a: 1, b: 2 }, isbn: '1' })
        const patch = { title: 'Sun', isbn: null, size: { height: 5 }, notes: { b: null, c: 3 } }
        const type = { 'content-type': 'application/merge-patch+json' }
        const changed = await library.staff.send('PATCH', `/api/books/${book.id}`, patch, type)
        assert.equal(changed.status, 200)
        assert.equal(changed.headers.get('etag'), '"2"')
        assert.deepEqual(
          [changed.body.title, changed.body.isbn, changed.body.size, changed.body.notes, changed.body.pages],
          ['Sun', null, { width: 1, height: 5 }, { a: 1, c: 3 }, 100],
        )
      })

      test('is replaced by PUT, and what is left out is as if never set', async () => {
        const book = await newBook({ pages: 7, isbn: '2' })
        const replaced = await library.staff.send('PUT', `/api/books/${book.id}`, { title: 'New', author: author.id })
        assert.equal(replaced.status, 200)
        assert.deepEqual([replaced.body.title, replaced.body.pages, replaced.body.isbn], ['New', 100, null])
        assert.equal(replaced.body.version, 2)
      })

      test('is created by PUT under an id of the client', async () => {
        const id = '0195b3c4-9f00-7000-8000-00000000c0de'
        const created = await library.staff.send('PUT', `/api/books/${id}`, { title: 'Mine', author: author.id })
        assert.equal(created.status, 201)
        assert.equal(created.headers.get('location'), `/api/books/${id}`)
        assert.equal((await library.staff.send('PUT', `/api/books/${id}`, created.body)).status, 200)
      })

      test('is deleted with 204, and is gone', async () => {
        const book = await newBook()
        const deleted = await library.staff.send('DELETE', `/api/books/${book.id}`)
        assert.deepEqual([deleted.status, deleted.text, deleted.headers.get('content-type')], [204, '', null])
        assert.equal((await library.staff.send('GET', `/api/books/${book.id}`)).status, 404)
        assert.equal((await library.staff.send('DELETE', `/api/books/${book.id}`)).status, 404)
      })

      test('shows only the fields asked for, and relations in place of their ids', async () => {
        const book = await newBook()
        await made(library.ada, `/api/books/${book.id}/reviews`, { rating: 4 })
        const narrow = await library.anybody.send('GET', `/api/books/${book.id}?fields=title`)
        assert.deepEqual(narrow.body, { id: book.id, title: 'Sea' })
        const wide = await library.anybody.send(
          'GET',
          `/api/books/${book.id}?fields=title&expand=author(fields:name),reviews(limit:1,sort:-createdAt,fields:(rating)).book(fields:title)`,
        )
        assert.deepEqual(wide.body, {
          id: book.id,
          title: 'Sea',
          author: { id: author.id, name: 'Tove' },
          reviews: [{ id: wide.body.reviews[0].id, rating: 4, book: { id: book.id, title: 'Sea' } }],
        })
      })
    })

    describe('lists', () => {
      test('are filtered, sorted and paged', async () => {
        const own = await made(library.staff, '/api/authors', { name: 'Pager' })
        for (const pages of [10, 20, 30, 40, 50]) await newBook({ author: own.id, pages, title: `P${pages}` })
        const ask = (query: string) => library.anybody.send('GET', `/api/books?filter[author]=${own.id}&${query}`)
        const pagesOf = ({ body }: { body: Json }) => body.data.map((book: Json) => book.pages)

        assert.deepEqual(pagesOf(await ask('filter[pages][between]=20,40&sort=-pages')), [40, 30, 20])
        assert.deepEqual(pagesOf(await ask('filter[pages][in]=10,50&sort=pages')), [10, 50])
        assert.deepEqual(pagesOf(await ask('filter[or][0][pages]=10&filter[or][1][title]=P30&sort=pages')), [10, 30])
        assert.deepEqual(pagesOf(await ask('filter[not][pages][gt]=20&sort=pages')), [10, 20])
        assert.deepEqual(
          pagesOf(await ask('filter[author.name][startsWith]=Pag&sort=author.name,-pages&limit=1')),
          [50],
        )

        const first = await ask('sort=pages&limit=2&count=exact')
        assert.deepEqual(pagesOf(first), [10, 20])
        assert.deepEqual([first.body.page.previous, first.body.page.size, first.body.page.total], [null, 2, 5])
        const second = await ask(`sort=pages&limit=2&after=${encodeURIComponent(first.body.page.next)}`)
        assert.deepEqual(pagesOf(second), [30, 40])
        const back = await ask(`sort=pages&limit=2&before=${encodeURIComponent(second.body.page.previous)}`)
        assert.deepEqual(pagesOf(back), [10, 20])
        assert.deepEqual(pagesOf(await ask('sort=pages&limit=2&page=3')), [50])
        const wrong = await ask(`sort=-pages&limit=2&after=${encodeURIComponent(first.body.page.next)}`)
        assert.deepEqual([wrong.status, wrong.body.code], [400, 'query_cursor_invalid'])
      })

      test('are searched by words', async () => {
        const book = await newBook({ title: 'Lighthouses of Gotland' })
        const { body } = await library.anybody.send('GET', '/api/books?search=gotland+light&fields=title')
        assert.deepEqual(body.data, [{ id: book.id, title: 'Lighthouses of Gotland' }])
      })

      test('are counted and summed', async () => {
        const own = await made(library.staff, '/api/authors', { name: 'Summer' })
        for (const [shelf, pages] of [
          ['science', 10],
          ['science', 20],
          ['travel', 5],
        ])
          await newBook({ author: own.id, shelf, pages })
        const { body } = await library.anybody.send(
          'GET',
          `/api/books/aggregate?filter[author]=${own.id}&groupBy=shelf&count&sum=pages&max=pages&sort=-sum.pages`,
        )
        assert.deepEqual(body, {
          data: [
            { shelf: 'science', count: 2, sum: { pages: 30 }, max: { pages: 20 } },
            { shelf: 'travel', count: 1, sum: { pages: 5 }, max: { pages: 5 } },
          ],
        })
      })

      test('what is unknown or malformed in a query is 400, all of it, by name', async () => {
        const { status, body } = await library.anybody.send('GET', '/api/books?filter[nope]=1&sort=nope&fields=nope')
        assert.deepEqual([status, body.code], [400, 'query_invalid'])
        assert.deepEqual(body.errors.map((issue: Json) => issue.pointer).sort(), ['fields', 'filter[nope]', 'sort'])
        const malformed = await library.anybody.send('GET', '/api/books?bogus=1&limit=x&filter[a=1')
        assert.equal(malformed.body.code, 'rest_query_malformed')
        assert.deepEqual(malformed.body.errors.map((issue: Json) => issue.pointer).sort(), [
          'bogus',
          'filter[a',
          'limit',
        ])
        for (const query of [
          'limit=0',
          'limit=101',
          'page=0',
          'after=x&page=1',
          'after=nonsense',
          'expand=nope',
          'expand=author(',
          'search=',
        ])
          assert.equal(
            (await library.anybody.send('GET', `/api/books?${query}`)).status,
            query === 'search=' ? 200 : 400,
            query,
          )
      })

      test('a field hidden from who asks is unknown to filter, sort, fields, expand and aggregate', async () => {
        for (const field of ['cost', 'secret'])
          for (const query of [`filter[${field}]=1`, `sort=${field}`, `fields=${field}`])
            assert.equal((await library.ada.send('GET', `/api/books?${query}`)).status, 400, query)
        assert.equal((await library.ada.send('GET', '/api/books/aggregate?sum=cost')).status, 400)
        assert.equal((await library.staff.send('GET', '/api/books/aggregate?sum=cost')).status, 200)
        assert.equal((await library.staff.send('GET', '/api/books?sort=secret')).status, 400)
      })
    })

    describe('conditions', () => {
      test('If-None-Match answers 304 as long as nothing changed', async () => {
        const book = await newBook()
        for (const path of [
          `/api/books/${book.id}`,
          `/api/books/${book.id}?expand=author`,
          `/api/books?filter[id]=${book.id}`,
          `/api/books/aggregate?filter[id]=${book.id}&max=pages`,
        ]) {
          const first = await library.anybody.send('GET', path)
          const etag = first.headers.get('etag')!
          const same = await library.anybody.send('GET', path, undefined, { 'if-none-match': `"x", W/${etag}` })
          assert.deepEqual([same.status, same.text, same.headers.get('etag')], [304, '', etag], path)
          await library.staff.send('PATCH', `/api/books/${book.id}`, { pages: Math.ceil(Math.random() * 1e9) })
          const other = await library.anybody.send('GET', path, undefined, { 'if-none-match': etag })
          assert.equal(other.status, 200, path)
          assert.notEqual(other.headers.get('etag'), etag)
        }
      })

      test('If-Match lets no change be lost', async () => {
        const book = await newBook()
        const path = `/api/books/${book.id}`
        const change = (method: string, ifMatch: string, body?: object) =>
          library.staff.send(method, path, body, { 'if-match': ifMatch })
        assert.equal((await change('PATCH', '"1"', { pages: 1 })).status, 200)
        const stale = await change('PATCH', '"1"', { pages: 2 })
        assert.deepEqual([stale.status, stale.body.code], [412, 'operation_stale'])
        assert.equal((await change('PUT', '"1"', { title: 'x', author: author.id })).status, 412)
        assert.equal((await change('DELETE', '"1"')).status, 412)
        assert.equal((await change('DELETE', 'W/"2"')).status, 412, 'a weak tag never matches')
        assert.equal((await change('PATCH', '"7", "2"', { pages: 3 })).status, 200)
        assert.equal((await change('PATCH', '*', { pages: 4 })).status, 200)
        assert.equal((await change('PATCH', 'nonsense', { pages: 4 })).status, 400)
        assert.equal((await library.staff.send('GET', path)).body.pages, 4)
        assert.equal((await library.staff.send('GET', path, undefined, { 'if-match': '"1"' })).status, 412)
      })

      test('If-None-Match: * creates but never replaces', async () => {
        const book = await newBook()
        const put = (id: string) =>
          library.staff.send('PUT', `/api/books/${id}`, { title: 'x', author: author.id }, { 'if-none-match': '*' })
        assert.equal((await put(book.id)).status, 412)
        assert.equal((await put('0195b3c4-9f00-7000-8000-00000000f00d')).status, 201)
      })

      test('a condition where it means nothing is refused, not ignored', async () => {
        const answer = await library.staff.send('POST', '/api/books', { title: 'x' }, { 'if-match': '"1"' })
        assert.deepEqual([answer.status, answer.body.code], [400, 'rest_precondition_unsupported'])
      })

      test('twenty who change the same version at once: one change, nineteen times 412', async () => {
        const book = await newBook()
        const answers = await Promise.all(
          Array.from({ length: 20 }, (_value, index) =>
            library.staff.send('PATCH', `/api/books/${book.id}`, { pages: index + 1 }, { 'if-match': '"1"' }),
          ),
        )
        assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(19).fill(412)])
      })
    })

    describe('preferences', () => {
      test('return=minimal leaves the body out', async () => {
        const prefer = { prefer: 'return=minimal' }
        const created = await library.staff.send('POST', '/api/books', { title: 'x', author: author.id }, prefer)
        assert.deepEqual([created.status, created.text], [201, ''])
        assert.equal(created.headers.get('preference-applied'), 'return=minimal')
        const place = created.headers.get('location')!
        const changed = await library.staff.send('PATCH', place, { pages: 5 }, prefer)
        assert.deepEqual([changed.status, changed.text, changed.headers.get('etag')], [204, '', '"2"'])
      })

      test('tx=rollback tells what would come of it and changes nothing', async () => {
        const prefer = { prefer: 'tx=rollback' }
        const rehearsed = await library.staff.send('POST', '/api/books', { title: 'x', author: author.id }, prefer)
        assert.deepEqual([rehearsed.status, rehearsed.body.title], [201, 'x'])
        assert.equal(rehearsed.headers.get('preference-applied'), 'tx=rollback')
        assert.equal((await library.staff.send('GET', `/api/books/${rehearsed.body.id}`)).status, 404)
        const refused = await library.staff.send('POST', '/api/books', { title: '' }, prefer)
        assert.equal(refused.status, 400)
        const book = await newBook()
        assert.equal((await library.staff.send('DELETE', `/api/books/${book.id}`, undefined, prefer)).status, 204)
        assert.equal((await library.staff.send('GET', `/api/books/${book.id}`)).status, 200)
      })
    })

    describe('an idempotency key', () => {
      const keyed = (key: string) => ({ 'idempotency-key': key })

      test('lets a request be sent again without being done again', async () => {
        const body = { title: 'Once', author: author.id }
        const first = await library.staff.send('POST', '/api/books', body, keyed('key-1'))
        const again = await library.staff.send('POST', '/api/books', body, keyed('"key-1"'))
        assert.deepEqual([again.status, again.text], [201, first.text])
        assert.equal(again.headers.get('location'), first.headers.get('location'))
        assert.equal(again.headers.get('etag'), first.headers.get('etag'))
        assert.equal(first.headers.get('idempotency-replayed'), null)
        assert.equal(again.headers.get('idempotency-replayed'), 'true')
        const { body: list } = await library.staff.send('GET', '/api/books?filter[title]=Once')
        assert.equal(list.data.length, 1)
      })

      test('for another request is 422', async () => {
        await library.staff.send('POST', '/api/books', { title: 'A', author: author.id }, keyed('key-2'))
        const other = await library.staff.send('POST', '/api/books', { title: 'B', author: author.id }, keyed('key-2'))
        assert.deepEqual([other.status, other.body.code], [422, 'operation_key_reused'])
        const path = await library.staff.send('POST', '/api/authors', { title: 'A', author: author.id }, keyed('key-2'))
        assert.equal(path.status, 422)
      })

      test('of somebody else is another key', async () => {
        const book = await newBook()
        const send = (who: Library['ada']) =>
          who.send('POST', `/api/books/${book.id}/reviews`, { rating: 5 }, keyed('key-3'))
        const [ada, bob] = [await send(library.ada), await send(library.bob)]
        assert.deepEqual([ada.status, bob.status], [201, 201])
        assert.notEqual(ada.body.id, bob.body.id)
      })

      test('is used up by success only: what failed may be tried again', async () => {
        const failed = await library.staff.send('POST', '/api/books', { title: '' }, keyed('key-4'))
        assert.equal(failed.status, 400)
        const body = { title: 'Second try', author: author.id }
        assert.equal((await library.staff.send('POST', '/api/books', body, keyed('key-4'))).status, 201)
      })

      test('sent many times at once makes one record', async () => {
        const body = { title: 'At once', author: author.id }
        const answers = await Promise.all(
          Array.from({ length: 10 }, () => library.staff.send('POST', '/api/books', body, keyed('key-5'))),
        )
        assert.ok(answers.some(({ status }) => status === 201))
        assert.ok(answers.every(({ status }) => status === 201 || status === 409))
        const { body: list } = await library.staff.send('GET', '/api/books?filter[title]=At once&count=exact')
        assert.equal(list.page.total, 1)
      })

      test('that is no key is 400', async () => {
        for (const key of ['', 'a b', 'ü', 'x'.repeat(256), '"'])
          assert.equal(
            (await library.staff.app.fetch('/api/books', { method: 'POST', headers: { 'idempotency-key': key } }))
              .status,
            400,
            key,
          )
      })
    })

    describe('relations', () => {
      test('are lists of their own, and records are created there', async () => {
        const book = await newBook()
        const created = await library.ada.send('POST', `/api/books/${book.id}/reviews`, { rating: 3 })
        assert.equal(created.status, 201)
        assert.equal(created.body.book, book.id)
        assert.equal(created.headers.get('location'), `/api/reviews/${created.body.id}`)
        const { body } = await library.anybody.send(
          'GET',
          `/api/books/${book.id}/reviews?filter[rating]=3&fields=rating`,
        )
        assert.deepEqual(body.data, [{ id: created.body.id, rating: 3 }])
        const other = await newBook()
        const wrong = await library.ada.send('POST', `/api/books/${book.id}/reviews`, { rating: 3, book: other.id })
        assert.equal(wrong.status, 400)
      })

      test('to one record answer that record', async () => {
        const book = await newBook()
        assert.equal((await library.anybody.send('GET', `/api/books/${book.id}/author?fields=name`)).body.name, 'Tove')
        assert.equal((await library.anybody.send('GET', `/api/books/${book.id}/cover`)).status, 404)
        assert.equal((await library.staff.send('POST', `/api/books/${book.id}/cover`, { color: 'red' })).status, 201)
        assert.equal((await library.anybody.send('GET', `/api/books/${book.id}/cover`)).body.color, 'red')
        assert.equal((await library.anybody.send('GET', `/api/books/${book.id}/author?limit=1`)).status, 400)
        const posted = await library.staff.send('POST', `/api/books/${book.id}/author`, { name: 'x' })
        assert.deepEqual([posted.status, posted.headers.get('allow')], [405, 'OPTIONS, GET, HEAD'])
      })

      test('between many are linked by ids, or by creating there', async () => {
        const tag = await made(library.staff, '/api/tags', { name: 'sea' })
        const book = await newBook({ tags: [tag.id] })
        await made(library.staff, `/api/books/${book.id}/tags`, { name: 'deep' })
        const { body } = await library.anybody.send('GET', `/api/books/${book.id}/tags?sort=name`)
        assert.deepEqual(
          body.data.map((item: Json) => item.name),
          ['deep', 'sea'],
        )
        const back = await library.anybody.send('GET', `/api/tags/${tag.id}/books?fields=title`)
        assert.deepEqual(back.body.data, [{ id: book.id, title: 'Sea' }])
        const filtered = await library.anybody.send('GET', '/api/books?filter[tags][some][name]=deep&fields=id')
        assert.deepEqual(filtered.body.data, [{ id: book.id }])
      })

      test('of a record that does not exist, and relations that do not, are 404', async () => {
        assert.equal((await library.anybody.send('GET', `/api/books/${absentId}/reviews`)).status, 404)
        assert.equal((await library.anybody.send('GET', '/api/books/nonsense/reviews')).status, 404)
        assert.equal((await library.ada.send('POST', `/api/books/${absentId}/reviews`, { rating: 1 })).status, 404)
        const { body } = await library.anybody.send('GET', `/api/books/${absentId}/nope`)
        assert.equal(body.code, 'http_route_not_found')
      })
    })

    describe('actions', () => {
      test('answer a record with its place and version, values, or nothing', async () => {
        const book = await newBook()
        const lent = await library.ada.send('POST', `/api/books/${book.id}/lend`)
        assert.equal(lent.status, 200)
        assert.equal(lent.headers.get('content-location'), `/api/books/${book.id}`)
        assert.equal(lent.headers.get('etag'), '"2"')
        assert.notEqual(lent.body.lentAt, null)
        const total = await library.anybody.send('POST', '/api/books/total', { factor: 3 })
        assert.deepEqual([total.status, total.body.total % 3], [200, 0])
        assert.equal((await library.anybody.send('POST', '/api/books/total')).status, 200, 'without a body')
        const stamped = await library.staff.send('POST', `/api/books/${book.id}/stamp`, {})
        assert.deepEqual([stamped.status, stamped.text], [204, ''])
      })

      test('end in the errors of the application', async () => {
        const book = await newBook()
        await library.ada.send('POST', `/api/books/${book.id}/lend`)
        const again = await library.ada.send('POST', `/api/books/${book.id}/lend`)
        assert.deepEqual([again.status, again.body.code], [409, 'library_lent'])
        assert.match(again.body.detail, /^The book has been lent since 20/)
        assert.ok(again.body.details.since)
      })

      test('that break tell nothing of the inside', async () => {
        const broken = await library.anybody.send('POST', '/api/books/fail')
        assert.deepEqual([broken.status, broken.body.code], [500, 'http_internal'])
        assert.doesNotMatch(broken.text, /passwd/)
      })

      test('check their input, and who calls', async () => {
        const wrong = await library.anybody.send('POST', '/api/books/total', { factor: 11, more: 1 })
        assert.equal(wrong.status, 400)
        assert.deepEqual(wrong.body.errors.map((issue: Json) => issue.pointer).sort(), ['/factor', '/more'])
        const book = await newBook()
        assert.equal((await library.anybody.send('POST', `/api/books/${book.id}/lend`)).status, 401)
        assert.equal((await library.ada.send('POST', `/api/books/${book.id}/stamp`)).status, 403)
        assert.equal((await library.staff.send('POST', `/api/books/${absentId}/stamp`)).status, 404)
        assert.equal((await library.staff.send('GET', `/api/books/${book.id}/stamp`)).status, 405)
      })
    })

    describe('a batch', () => {
      test('does all in order, with results of earlier steps', async () => {
        const { status, body } = await library.staff.send('POST', '/api/batch', {
          operations: [
            { operation: 'create', collection: 'authors', data: { name: 'Batch' }, ref: 'author' },
            { operation: 'create', collection: 'books', data: { title: 'B', author: { $ref: 'author.id' } } },
          ],
        })
        assert.equal(status, 200)
        assert.equal(body.results[1].author, body.results[0].id)
      })

      test('does all or nothing, and says what was wrong where', async () => {
        const { status, body } = await library.staff.send('POST', '/api/batch', {
          operations: [
            { operation: 'create', collection: 'authors', data: { name: 'Undone' } },
            { operation: 'create', collection: 'books', data: { title: '' } },
          ],
        })
        assert.equal(status, 400)
        assert.ok(body.errors.every((issue: Json) => issue.pointer.startsWith('/operations/1/data/')))
        const { body: list } = await library.anybody.send('GET', '/api/authors?filter[name]=Undone')
        assert.deepEqual(list.data, [])
      })

      test('passes the same gate', async () => {
        const { status } = await library.ada.send('POST', '/api/batch', {
          operations: [{ operation: 'create', collection: 'authors', data: { name: 'x' } }],
        })
        assert.equal(status, 403)
        assert.equal((await library.staff.send('POST', '/api/batch', { operations: [] })).status, 400)
        assert.equal((await library.staff.send('POST', '/api/batch')).status, 400)
      })
    })

    describe('refusals', () => {
      test('all problems of an input in one answer, each with its pointer', async () => {
        const wrong = { title: '', pages: 0, price: { amount: 1.5, currency: 'XXX' }, bogus: 1, id: 'x', version: 3 }
        const { status, body } = await library.staff.send('POST', '/api/books', wrong)
        assert.deepEqual([status, body.code], [400, 'operation_invalid'])
        const pointers = body.errors.map((issue: Json) => issue.pointer)
        for (const pointer of ['/title', '/pages', '/price/amount', '/price/currency', '/bogus', '/id', '/version'])
          assert.ok(pointers.includes(pointer), pointer)
      })

      test('a body that is missing or no object is 400', async () => {
        for (const body of [undefined, [], 'text', 5, null])
          for (const [method, path] of [
            ['POST', '/api/books'],
            ['PUT', `/api/books/${absentId}`],
          ] as const)
            assert.equal(
              (await library.staff.send(method, path, body)).status,
              400,
              `${method} ${JSON.stringify(body)}`,
            )
      })

      test('a value that must be unique, a reference that leads nowhere', async () => {
        await newBook({ isbn: 'u-1' })
        const taken = await library.staff.send('POST', '/api/books', { title: 'x', author: author.id, isbn: 'u-1' })
        assert.equal(taken.status, 409)
        const dangling = await library.staff.send('POST', '/api/books', { title: 'x', author: absentId })
        assert.equal(dangling.status, 400)
        const used = await library.staff.send('DELETE', `/api/authors/${author.id}`)
        assert.deepEqual([used.status, used.body.code], [409, 'operation_in_use'])
      })

      test('nobody in particular is asked to sign in, somebody is forbidden', async () => {
        const nobody = await library.anybody.send('POST', '/api/books', { title: 'x', author: author.id })
        assert.equal(nobody.status, 401)
        assert.equal(nobody.headers.get('www-authenticate'), 'Bearer')
        assert.equal((await library.ada.send('POST', '/api/books', { title: 'x', author: author.id })).status, 403)
      })

      test('credentials that are not good are 401, also where none are needed', async () => {
        const answer = await library.anybody.send('GET', '/api/books', undefined, { authorization: 'Bearer nonsense' })
        assert.equal(answer.status, 401)
        assert.equal(answer.headers.get('content-type'), 'application/problem+json')
      })

      test('a row that may not be seen is 404, an operation on one that may is 403', async () => {
        const book = await newBook()
        const review = await made(library.ada, `/api/books/${book.id}/reviews`, { rating: 1, isPublic: false })
        const path = `/api/reviews/${review.id}`
        assert.equal((await library.bob.send('GET', path)).status, 404)
        assert.equal((await library.bob.send('PATCH', path, { rating: 5 })).status, 404)
        assert.equal((await library.bob.send('DELETE', path)).status, 404)
        await library.ada.send('PATCH', path, { isPublic: true })
        assert.equal((await library.bob.send('GET', path)).status, 200)
        assert.equal((await library.bob.send('PATCH', path, { rating: 5 })).status, 403)
        assert.equal((await library.bob.send('DELETE', path)).status, 403)
      })

      test('who may write but not read gets the id alone', async () => {
        const { status, body } = await library.anybody.send('POST', '/api/suggestions', { text: 'More tea' })
        assert.deepEqual([status, Object.keys(body)], [201, ['id']])
        assert.equal((await library.anybody.send('GET', '/api/suggestions')).status, 401)
        assert.equal((await library.ada.send('GET', '/api/suggestions')).status, 403)
      })

      test('parameters where there are none are refused', async () => {
        for (const method of ['POST', 'PATCH', 'PUT', 'DELETE']) {
          const path = method === 'POST' ? '/api/books?limit=1' : `/api/books/${absentId}?limit=1`
          const { status, body } = await library.staff.send(method, path, method === 'DELETE' ? undefined : {})
          assert.deepEqual([status, body.code], [400, 'rest_query_malformed'], method)
        }
      })

      test('paths that do not exist are 404, methods that do not are 405', async () => {
        for (const path of ['/api/', '/api/nope', '/api/books/', '/api/Books', '/api/api-keys/x/y', '/nope'])
          assert.equal((await library.anybody.send('GET', path)).status, 404, path)
        const { status, headers } = await library.staff.send('PUT', '/api/books', {})
        assert.deepEqual([status, headers.get('allow')], [405, 'OPTIONS, GET, HEAD, POST'])
      })

      test('types that are not taken are 415, and which are is said', async () => {
        const send = (method: string, path: string, type: string) =>
          library.staff.send(method, path, {}, { 'content-type': type })
        const patch = await send('PATCH', `/api/books/${absentId}`, 'application/json-patch+json')
        assert.equal(patch.status, 415)
        assert.match(patch.body.detail, /application\/merge-patch\+json or application\/json/)
        assert.equal((await send('POST', '/api/books', 'application/merge-patch+json')).status, 415)
        assert.equal((await send('POST', '/api/books', 'application/x-www-form-urlencoded')).status, 415)
        const html = await library.anybody.send('GET', '/api/books', undefined, { accept: 'text/html' })
        assert.equal(html.status, 406)
      })
    })
  })
}
