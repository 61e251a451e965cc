import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { collection, defineApp, everyone, integer, text } from 'galley'
import { defineFeature, route } from 'galley/plugin'
import { createTestApp, type TestApp } from 'galley/testing'

const notes = collection('notes', { fields: { title: text() }, rules: { read: everyone() } })
let runs = 0

const feature = defineFeature({
  name: 'desk',
  collections: [notes],
  start: ({ db }) => ({
    routes: [
      route('POST', '/api/desk/notes/:shelf', {
        summary: 'Put a note on a shelf',
        input: { title: text({ max: 10 }), secret: text({ optional: true, private: true }) },
        output: { id: text() },
        status: 201,
        run: ({ input, params, once }) =>
          once(async ({ db }) => {
            runs += 1
            const { id } = await db.notes!.create({ title: `${params.shelf}: ${input.title}` })
            return { body: { id }, cookies: ['a=1; Path=/', 'b=2; Path=/'] }
          }),
      }),
      route('POST', '/api/desk/key', {
        summary: 'Get a key',
        output: { key: text() },
        hasSecret: true,
        run: ({ once }) => once(async () => ({ body: { key: 'only now' } })),
      }),
      route('GET', '/api/desk/count', {
        summary: 'Count the notes',
        input: { of: text({ optional: true }) },
        output: { count: integer() },
        run: async () => ({ body: { count: await db.notes.count() } }),
      }),
      route('GET', '/desk', { run: async () => ({ page: '<h1>Desk</h1>' }) }),
    ],
  }),
})

describe('routes of a feature', () => {
  let app: TestApp
  before(async () => {
    app = await createTestApp(defineApp({ name: 'desk', collections: [], features: [feature] }))
  })
  after(() => app.close())

  const post = (path: string, body?: object, headers: Record<string, string> = {}) =>
    app.fetch(path, {
      method: 'POST',
      ...(body && { body: JSON.stringify(body) }),
      headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
    })

  test('take checked input, a part of the path, and answer with cookies', async () => {
    const answer = await post('/api/desk/notes/top', { title: 'Milk' })
    assert.equal(answer.status, 201)
    assert.deepEqual(answer.headers.getSetCookie(), ['a=1; Path=/', 'b=2; Path=/'])
    const { id } = (await answer.json()) as { id: string }
    assert.equal((await app.system.notes!.get(id)).title, 'top: Milk')
  })

  test('tell every problem of the input', async () => {
    const answer = await post('/api/desk/notes/top', { title: 'far too long a title', more: 1 })
    assert.equal(answer.status, 400)
    const { errors } = (await answer.json()) as { errors: { pointer: string }[] }
    assert.deepEqual(errors.map(({ pointer }) => pointer).sort(), ['/more', '/title'])
    assert.equal((await post('/api/desk/notes/top?x=1', { title: 'Milk' })).status, 400)
    assert.equal((await app.fetch('/api/desk/count?more=1')).status, 400)
    assert.equal((await app.fetch('/api/desk/count?of=x')).status, 200)
  })

  test('do the same once for an Idempotency-Key, whatever the private members', async () => {
    const before = runs
    const key = { 'idempotency-key': 'one' }
    const first = await post('/api/desk/notes/low', { title: 'Tea', secret: 'a' }, key)
    const again = await post('/api/desk/notes/low', { title: 'Tea', secret: 'a' }, key)
    assert.equal(again.status, 201)
    assert.deepEqual(await again.json(), await first.json())
    assert.equal(again.headers.get('idempotency-replayed'), 'true')
    assert.deepEqual(again.headers.getSetCookie(), [])
    assert.equal(runs, before + 1)
    assert.equal((await post('/api/desk/notes/low', { title: 'Tin' }, key)).status, 422)
  })

  test('keep no answer that holds a secret', async () => {
    const key = { 'idempotency-key': 'two' }
    const first = await post('/api/desk/key', undefined, key)
    assert.equal(first.status, 200)
    assert.match(first.headers.get('cache-control') ?? '', /no-store/)
    const again = await post('/api/desk/key', undefined, key)
    assert.equal(again.status, 409)
    assert.equal(((await again.json()) as { code: string }).code, 'rest_answer_withheld')
  })

  test('answer pages, and are described', async () => {
    const page = await app.fetch('/desk')
    assert.equal(await page.text(), '<h1>Desk</h1>')
    assert.match(page.headers.get('content-type') ?? '', /^text\/html/)
    const { paths } = (await (await app.fetch('/api/openapi.json')).json()) as { paths: Record<string, object> }
    assert.deepEqual(
      Object.keys(paths).filter((path) => path.startsWith('/api/desk')),
      ['/api/desk/notes/{shelf}', '/api/desk/key', '/api/desk/count'],
    )
    assert.ok(!('/desk' in paths))
  })
})

test('a route where a collection is served is refused', async () => {
  const clash = defineFeature({
    name: 'clash',
    collections: [notes],
    start: () => ({ routes: [route('GET', '/api/notes/all', { run: async () => ({}) })] }),
  })
  const app = await createTestApp(defineApp({ name: 'clash', collections: [], features: [clash] }))
  await assert.rejects(app.url(), /The collection notes is served at \/api\/notes/)
  await app.open.close()
})
