import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { testPostgresUrl } from '../postgres-server.ts'
import { type Library, startLibrary } from './start-library.ts'

let library: Library
before(async () => {
  library = await startLibrary(undefined)
})
after(() => library.close())

test('/ answers a person with a page and a program with the same as JSON', async () => {
  const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
  const page = await library.anybody.send('GET', '/', undefined, { accept: browser })
  assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8')
  assert.match(page.text, /<h1>Library &#60;of&#62; &#34;tests&#34;<\/h1>/)
  assert.match(page.text, /Books &#38; more\./)
  assert.match(page.text, /href="\/docs"/)
  for (const accept of ['*/*', 'application/json', '']) {
    const data = await library.anybody.send('GET', '/', undefined, { accept })
    assert.equal(data.headers.get('content-type'), 'application/json')
    assert.deepEqual(data.body, {
      name: 'Library <of> "tests"',
      description: 'Books & more.',
      links: { docs: '/docs', openapi: '/api/openapi.json', health: '/healthz', ready: '/readyz' },
    })
  }
  assert.match(page.headers.get('vary')!, /Accept/)
})

test('every link of the page leads somewhere', async () => {
  const { body } = await library.anybody.send('GET', '/')
  for (const path of Object.values<string>(body.links))
    assert.equal((await library.anybody.send('GET', path)).status, 200, path)
})

test('/api tells the collections that the OpenAPI document tells, and where to go on', async () => {
  const { status, headers, body } = await library.anybody.send('GET', '/api')
  assert.deepEqual([status, headers.get('content-type')], [200, 'application/json'])
  assert.deepEqual(body.links, { docs: '/docs', openapi: '/api/openapi.json' })
  const openapi = await library.anybody.send('GET', body.links.openapi)
  const told: string[] = openapi.body.tags.map((tag: { name: string }) => tag.name)
  assert.deepEqual(
    body.collections,
    told.filter((name) => name !== 'batch').map((name) => ({ name, url: `/api/${name}` })),
  )
  assert.ok(body.collections.length > 0)
  assert.ok(body.collections.length < library.app.open.model.collections.size, 'some are for nobody')
  const again = await library.anybody.send('GET', '/api', undefined, { 'if-none-match': headers.get('etag')! })
  assert.equal(again.status, 304)
})

test('the docs load nothing from anywhere else, and run nothing that is not a file of theirs', async () => {
  const { headers, text } = await library.anybody.send('GET', '/docs')
  const policy = headers.get('content-security-policy')!
  assert.match(policy, /script-src 'self';/)
  assert.match(policy, /style-src 'self';/)
  assert.doesNotMatch(policy, /unsafe|https?:|\*/)
  assert.doesNotMatch(text, /<style|style=|<script>|onclick|https?:/)
  const files = [...text.matchAll(/(?:href|src)="(\/docs\/[^"]+)"/g)].map((match) => match[1]!)
  assert.deepEqual(files, ['/docs/page.css', '/docs/docs.js'])
  await assertFilesAreThere(files, new Set())
})

/** Follows the imports of modules. */
async function assertFilesAreThere(files: readonly string[], seen: Set<string>): Promise<void> {
  for (const file of files.filter((path) => !seen.has(path))) {
    seen.add(file)
    const { status, headers, text } = await library.anybody.send('GET', file)
    assert.equal(status, 200, file)
    assert.match(headers.get('content-type')!, file.endsWith('.css') ? /^text\/css/ : /^text\/javascript/)
    assert.doesNotMatch(text, /https?:\/\//, file)
    const imports = [...text.matchAll(/from '\.(\/[^']+)'/g)].map((match) => `/docs${match[1]}`)
    await assertFilesAreThere(imports, seen)
    const again = await library.anybody.send('GET', file, undefined, { 'if-none-match': headers.get('etag')! })
    assert.equal(again.status, 304)
  }
}

test('browsers that ask for an icon make no noise', async () => {
  assert.equal((await library.anybody.send('GET', '/favicon.ico')).status, 204)
})

test('pages are for everyone, whatever credentials come along', async () => {
  for (const path of ['/', '/docs', '/api', '/api/openapi.json', '/healthz'])
    assert.equal(
      (await library.anybody.send('GET', path, undefined, { authorization: 'Bearer bad' })).status,
      200,
      path,
    )
})

test('/readyz tells the truth about the database', async () => {
  const other = await startLibrary(await testPostgresUrl())
  assert.equal((await other.anybody.send('GET', '/readyz')).status, 200)
  await other.app.open.database.close()
  const { status, body } = await other.anybody.send('GET', '/readyz')
  assert.deepEqual([status, body.code], [503, 'http_not_ready'])
  assert.equal((await other.anybody.send('GET', '/healthz')).status, 200)
  await other.close()
})
