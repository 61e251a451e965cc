import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, test } from 'node:test'
import { createTestApp } from '../../packages/server/src/testing/index.ts'
import { keptLibrary } from './kept-library.ts'

const app = await createTestApp(keptLibrary as never)
after(() => app.close())
const ada = app.as({ id: 'ada' })
const send = (method: string, path: string, body: object) =>
  ada.fetch(path, { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
const made = async (label: string) => ((await (await send('POST', '/api/tags', { label })).json()) as { id: string }).id

test('an answer says whether it came from memory, and is the same either way', async () => {
  const id = await made('one')
  for (const path of ['/api/tags', `/api/tags/${id}`, '/api/tags/aggregate?count', `/api/tags/${id}/books`]) {
    const [first, second] = [await app.fetch(path), await app.fetch(path)]
    assert.equal(first.headers.get('cache-status'), 'galley; fwd=miss')
    assert.equal(second.headers.get('cache-status'), 'galley; hit')
    assert.equal(second.status, 200)
    assert.equal(second.headers.get('etag'), first.headers.get('etag'))
    assert.equal(second.headers.get('content-type'), first.headers.get('content-type'))
    assert.equal(await second.text(), await first.text())
  }
})

test('other caches may keep nothing without asking again', async () => {
  await app.fetch('/api/tags')
  const kept = await app.fetch('/api/tags')
  assert.equal(kept.headers.get('cache-control'), 'private, no-cache')
  assert.match(kept.headers.get('vary')!, /Authorization/)
})

test('who has the answer already is told so from memory, until it changes', async () => {
  const id = await made('two')
  for (const path of ['/api/tags', `/api/tags/${id}`]) {
    await app.fetch(path)
    const tag = (await app.fetch(path)).headers.get('etag')!
    const ask = () => app.fetch(path, { headers: { 'if-none-match': tag } })
    const same = await ask()
    assert.equal(same.status, 304)
    assert.equal(same.headers.get('cache-status'), 'galley; hit')
    assert.equal(same.headers.get('etag'), tag)
    await send('PATCH', `/api/tags/${id}`, { label: `changed ${path.length}` })
    const changed = await ask()
    assert.equal(changed.status, 200)
    assert.notEqual(changed.headers.get('etag'), tag)
  }
})

test('a collection that keeps nothing says nothing of it', async () => {
  await app.fetch('/api/pens')
  assert.equal((await app.fetch('/api/pens')).headers.get('cache-status'), null)
})

test('nothing follows the headers of a 304, and the connection goes on', async () => {
  const id = await made('three')
  const tag = (await app.fetch(`/api/tags/${id}`)).headers.get('etag')!
  const socket = connect(Number(new URL(await app.url()).port), '127.0.0.1')
  await once(socket, 'connect')
  socket.setEncoding('latin1')
  let told = ''
  socket.on('data', (text) => {
    told += text
  })
  for (let answers = 1; answers <= 3; answers += 1) {
    socket.write(`GET /api/tags/${id} HTTP/1.1\r\nHost: a\r\nIf-None-Match: ${tag}\r\n\r\n`)
    while (told.split('\r\n\r\n').length <= answers) await once(socket, 'data')
  }
  socket.destroy()
  const [first, ...others] = told.split('\r\n\r\n')
  assert.match(first!, /^HTTP\/1\.1 304 Not Modified\r\n/)
  assert.match(first!, new RegExp(`\r\nETag: ${tag}(\r\n|$)`))
  assert.doesNotMatch(first!, /^(content-length|transfer-encoding|content-type):/im)
  assert.deepEqual(
    others.map((answer) => answer.slice(0, 12)),
    ['HTTP/1.1 304', 'HTTP/1.1 304', ''],
  )
})
