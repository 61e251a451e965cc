import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { collection, defineApp, everyone, text } from 'galley'
import { createTestApp, type TestApp } from 'galley/testing'

const notes = collection('notes', { fields: { text: text() }, rules: { read: everyone(), create: everyone() } })
const diary = defineApp({ name: 'Diary', collections: [notes] })

const host = 'Host: diary\r\n'
const post = `POST /api/notes HTTP/1.1\r\n${host}Content-Type: application/json\r\n`
const hidden = `GET /healthz HTTP/1.1\r\n${host}\r\n`

/** What a proxy in front and this server could read differently: where one request ends and the next begins. */
const ambiguous: Readonly<Record<string, string>> = {
  'a length and chunks': `${post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
  'chunks, then a length': `${post}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n${hidden}`,
  'two lengths': `${post}Content-Length: 0\r\nContent-Length: 44\r\n\r\n${hidden}`,
  'a length with a sign': `${post}Content-Length: +0\r\n\r\n${hidden}`,
  'a space before the colon': `${post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${hidden}`,
  'an encoding that is none': `${post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${hidden}`,
  'lines that end without CR': `GET /healthz HTTP/1.1\nHost: diary\nX: y\n\n${hidden}`,
  'a CR alone': `GET /healthz HTTP/1.1\r\n${host}X: a\rY: b\r\n\r\n${hidden}`,
  'a folded line': `GET /healthz HTTP/1.1\r\n${host}X: a\r\n b\r\n\r\n${hidden}`,
  'a NUL': `GET /healthz HTTP/1.1\r\n${host}X: a\0b\r\n\r\n${hidden}`,
  'a chunk with much beside its size': `${post}Transfer-Encoding: chunked\r\n\r\n2;${'a'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n${hidden}`,
}

describe('bytes that can be read in two ways', () => {
  let app: TestApp
  let port: number
  before(async () => {
    app = await createTestApp(diary as never)
    port = Number(new URL(await app.url()).port)
  })
  after(() => app.close())

  const statusesOf = async (bytes: string): Promise<readonly string[]> => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.on('data', (data) => {
      answer += data.toString('latin1')
    })
    socket.on('error', () => {})
    socket.setTimeout(500, () => socket.destroy())
    socket.write(bytes, 'latin1')
    await once(socket, 'close')
    return [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status!)
  }

  for (const [what, bytes] of Object.entries(ambiguous))
    test(`${what}: refused, and what follows is not taken for a request`, async () => {
      const statuses = await statusesOf(bytes)
      assert.equal(statuses.length, 1, statuses.join())
      assert.match(statuses[0]!, /^4(00|15)$/)
    })

  test('what can be read in one way only is answered twice', async () => {
    assert.deepEqual(await statusesOf(hidden + hidden), ['200', '200'])
  })
})
