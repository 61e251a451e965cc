import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { defineApp, integer, text } from 'galley'
import { defineFeature, route } from 'galley/plugin'
import { createTestApp, type TestApp } from 'galley/testing'

const content = Buffer.from(Array.from({ length: 1_000 }, (_none, index) => index % 251))
const maxBodyBytes = 100_000
let outcome: unknown
let source = new Readable()
let opened = 0
let runs = 0

/** Bytes that never end by themselves. */
function endless(): Readable {
  return new Readable({
    read() {
      this.push(Buffer.alloc(16_384))
    },
  })
}

const stream = { type: 'image/png', bytes: content.length, etag: 'abc' }

const feature = defineFeature({
  name: 'desk',
  start: () => ({
    routes: [
      route('POST', '/api/desk/raw', {
        summary: 'Take raw bytes',
        body: 'raw',
        maxBodyBytes: 1_000,
        input: { note: text({ optional: true }) },
        output: { hex: text({ max: 5_000 }), note: text({ optional: true }) },
        run: ({ rawBody, input, once }) =>
          once(async () => {
            runs += 1
            return { body: { hex: rawBody.toString('hex'), note: input.note } }
          }),
      }),
      route('POST', '/api/desk/typed', {
        body: 'raw',
        bodyTypes: ['application/json'],
        output: { bytes: integer() },
        run: async ({ rawBody }) => ({ body: { bytes: rawBody.length } }),
      }),
      route('POST', '/api/desk/stream', {
        summary: 'Take a stream',
        body: 'stream',
        maxBodyBytes,
        output: { bytes: integer() },
        async run({ stream }) {
          let bytes = 0
          try {
            for await (const piece of stream) bytes += piece.length
            outcome = bytes
          } catch (error) {
            outcome = error
            throw error
          }
          return { body: { bytes } }
        },
      }),
      route('POST', '/api/desk/unread', {
        body: 'stream',
        maxBodyBytes: 50_000_000,
        run: async () => ({ status: 202 }),
      }),
      route('GET', '/api/desk/file', {
        summary: 'Get a file',
        streams: ['image/png'],
        run: async () => ({
          headers: { 'Content-Disposition': 'inline' },
          stream: {
            ...stream,
            open(range) {
              opened += 1
              return Readable.from([range ? content.subarray(range.first, range.last + 1) : content])
            },
          },
        }),
      }),
      route('GET', '/api/desk/unknown', {
        run: async () => ({ stream: { type: 'text/csv', open: () => Readable.from(['a,b\n', '1,2\n']) } }),
      }),
      route('GET', '/api/desk/missing', {
        run: async () => ({ stream: { ...stream, open: () => Promise.reject(new Error('not there')) } }),
      }),
      route('GET', '/api/desk/short', {
        run: async () => ({ stream: { ...stream, open: () => Readable.from([content.subarray(0, 10)]) } }),
      }),
      route('GET', '/api/desk/long', {
        run: async () => ({ stream: { ...stream, bytes: 10, open: () => Readable.from([content, content]) } }),
      }),
      route('GET', '/api/desk/endless', {
        async run() {
          source = endless()
          return { stream: { type: 'text/plain', open: () => source } }
        },
      }),
    ],
  }),
})

describe('bodies and streams of the routes of features', () => {
  let app: TestApp
  before(async () => {
    app = await createTestApp(defineApp({ name: 'desk', collections: [], features: [feature] }))
  })
  after(() => app.close())

  const post = (path: string, body: RequestInit['body'], headers: Record<string, string> = {}) =>
    app.fetch(path, { method: 'POST', body: body!, headers, ...(body instanceof ReadableStream && { duplex: 'half' }) })
  const code = async (answer: Response) => ((await answer.json()) as { code: string }).code

  /** Sends as much as it may, and returns what comes back until the connection closes or `ms` have passed. */
  async function send(head: string, pieces: readonly (string | Buffer)[], ms = 500): Promise<string> {
    const socket = connect(Number(new URL(await app.url()).port), '127.0.0.1')
    let answer = ''
    socket.on('error', () => {})
    socket.on('data', (piece) => {
      answer += piece.toString('latin1')
    })
    socket.write(`${head}\r\nHost: x\r\n\r\n`)
    for (const piece of pieces) {
      socket.write(piece)
      await wait(5)
    }
    await Promise.race([once(socket, 'close'), wait(ms)])
    socket.destroy()
    return answer
  }

  test('a raw body comes exactly as it was sent, whatever its type and what is in it', async () => {
    for (const type of ['application/json', 'text/plain; charset=latin1', 'application/x-www-form-urlencoded']) {
      const answer = await post('/api/desk/raw?note=a', Buffer.from('{"a": 1,\n "__proto__": \xff}', 'latin1'), {
        'content-type': type,
      })
      assert.deepEqual(await answer.json(), { hex: '7b2261223a20312c0a20225f5f70726f746f5f5f223a20ff7d', note: 'a' })
    }
    const empty = await post('/api/desk/raw', '')
    assert.deepEqual(await empty.json(), { hex: '', note: null })
    assert.equal((await post('/api/desk/raw?more=1', 'x')).status, 400)
  })

  test('a raw body above the limit of its route is 413, announced or not', async () => {
    assert.equal((await post('/api/desk/raw', Buffer.alloc(1_000))).status, 200)
    const announced = await post('/api/desk/raw', Buffer.alloc(1_001))
    assert.equal(announced.status, 413)
    assert.equal(await code(announced), 'http_body_too_large')
    const chunked = await post('/api/desk/raw', ReadableStream.from([Buffer.alloc(600), Buffer.alloc(600)]))
    assert.equal(chunked.status, 413)
  })

  test('a repetition with another raw body is another request', async () => {
    const key = { 'idempotency-key': 'raw-1' }
    const first = await post('/api/desk/raw', 'one', key)
    const before = runs
    const again = await post('/api/desk/raw', 'one', key)
    assert.deepEqual(await again.json(), await first.json())
    assert.equal((await post('/api/desk/raw', 'two', key)).status, 422)
    assert.equal((await post('/api/desk/raw?note=x', 'one', key)).status, 422)
    assert.equal(runs, before)
  })

  test('a route may take some types only', async () => {
    assert.equal((await post('/api/desk/typed', '{}', { 'content-type': 'application/json' })).status, 200)
    assert.equal((await post('/api/desk/typed', '{}', { 'content-type': 'text/plain' })).status, 415)
  })

  test('a stream is read while it comes', async () => {
    const answer = await post('/api/desk/stream', Buffer.alloc(maxBodyBytes))
    assert.deepEqual(await answer.json(), { bytes: maxBodyBytes })
    const none = await post('/api/desk/stream', undefined)
    assert.deepEqual(await none.json(), { bytes: 0 })
  })

  test('a stream above the limit ends with 413, announced or not', async () => {
    outcome = undefined
    assert.equal((await post('/api/desk/stream', Buffer.alloc(maxBodyBytes + 1))).status, 413)
    assert.equal(outcome, undefined) // the route was not even asked
    const pieces = Array.from({ length: 20 }, () => Buffer.alloc(10_000))
    const chunked = await post('/api/desk/stream', ReadableStream.from(pieces))
    assert.equal(chunked.status, 413)
    assert.equal(await code(chunked), 'http_body_too_large')
  })

  test('a client that leaves half-way ends the stream, and nothing else', async () => {
    outcome = undefined
    await send('POST /api/desk/stream HTTP/1.1\r\nContent-Length: 1000', ['half'], 50)
    for (let count = 0; outcome === undefined && count < 100; count += 1) await wait(10)
    assert.equal((outcome as { code: string }).code, 'http_body_incomplete')
    assert.equal((await app.fetch('/api/desk/file')).status, 200)
  })

  test('a broken chunk ends the stream, and nothing else', async () => {
    outcome = undefined
    const answer = await send('POST /api/desk/stream HTTP/1.1\r\nTransfer-Encoding: chunked', [
      '5\r\nabcde\r\n',
      'nonsense\r\n',
    ])
    for (let count = 0; outcome === undefined && count < 100; count += 1) await wait(10)
    assert.equal((outcome as { code: string }).code, 'http_body_incomplete')
    assert.match(answer, /^(HTTP\/1.1 400|$)/)
  })

  test('a body that nobody reads is answered, thrown away, and the connection goes on', async () => {
    const answer = await post('/api/desk/unread', Buffer.alloc(3_000_000))
    assert.equal(answer.status, 202)
    const next = 'GET /api/desk/unknown HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
    const both = await send('POST /api/desk/unread HTTP/1.1\r\nContent-Length: 6', ['abcdef', next])
    assert.deepEqual(both.match(/HTTP\/1.1 \d+/g), ['HTTP/1.1 202', 'HTTP/1.1 200'])
  })

  test('who sends slowly is heard out after the answer, and the connection goes on', async () => {
    const pieces = Array.from({ length: 900 }, () => Buffer.alloc(1_000)) // for 4.5 s and more
    const next = 'GET /api/desk/unknown HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
    const both = await send('POST /api/desk/unread HTTP/1.1\r\nContent-Length: 900000', [...pieces, next])
    assert.deepEqual(both.match(/HTTP\/1.1 \d+/g), ['HTTP/1.1 202', 'HTTP/1.1 200'])
  })

  test('whoever goes on sending after the answer is let go', async () => {
    const startedMs = performance.now()
    await send('POST /api/desk/unread HTTP/1.1\r\nContent-Length: 40000000', [Buffer.alloc(1_000)], 10_000)
    const tookMs = performance.now() - startedMs
    assert.ok(tookMs > 2_000 && tookMs < 6_000, `${tookMs} ms`)
  })

  test('a compressed stream is refused: its limit would mean nothing', async () => {
    assert.equal((await post('/api/desk/stream', 'x', { 'content-encoding': 'gzip' })).status, 415)
  })

  test('a download has its length, its tag, and no say over pages', async () => {
    const answer = await app.fetch('/api/desk/file')
    assert.equal(answer.status, 200)
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), content)
    const { headers } = answer
    assert.equal(headers.get('content-type'), 'image/png')
    assert.equal(headers.get('content-length'), '1000')
    assert.equal(headers.get('etag'), '"abc"')
    assert.equal(headers.get('accept-ranges'), 'bytes')
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.match(headers.get('content-security-policy')!, /^default-src 'none'.*sandbox/)
    assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin')
    assert.equal(headers.get('cache-control'), 'private, no-cache')
    assert.equal(await (await app.fetch('/api/desk/unknown')).text(), 'a,b\n1,2\n')
  })

  test('a part, the first bytes and the last ones can be asked for', async () => {
    const cases: readonly [range: string, first: number, last: number][] = [
      ['bytes=0-0', 0, 0],
      ['bytes=10-19', 10, 19],
      ['bytes=990-', 990, 999],
      ['bytes=990-5000', 990, 999],
      ['bytes=-5', 995, 999],
      ['bytes=-5000', 0, 999],
    ]
    for (const [range, first, last] of cases) {
      const answer = await app.fetch('/api/desk/file', { headers: { range } })
      assert.equal(answer.status, 206, range)
      assert.equal(answer.headers.get('content-range'), `bytes ${first}-${last}/1000`)
      assert.equal(answer.headers.get('content-length'), String(last - first + 1))
      assert.deepEqual(Buffer.from(await answer.arrayBuffer()), content.subarray(first, last + 1))
    }
  })

  test('a part that is not there is 416, and what is no part gets the whole', async () => {
    for (const range of ['bytes=1000-', 'bytes=1000-2000', 'bytes=-0']) {
      const answer = await app.fetch('/api/desk/file', { headers: { range } })
      assert.equal(answer.status, 416, range)
      assert.equal(answer.headers.get('content-range'), 'bytes */1000')
      assert.equal(await code(answer), 'http_range_unsatisfiable')
    }
    const before = opened
    const odd = [
      'bytes=5-1',
      'bytes=-',
      'bytes=a-b',
      'lines=0-1',
      `bytes=${'0-0,'.repeat(500)}1-1`,
      `bytes=0-${'9'.repeat(300)}`,
    ]
    for (const range of odd) {
      const answer = await app.fetch('/api/desk/file', { headers: { range } })
      assert.equal(answer.status, 200, range)
      assert.equal((await answer.arrayBuffer()).byteLength, 1_000)
    }
    assert.equal(opened, before + odd.length)
    const unknown = await app.fetch('/api/desk/unknown', { headers: { range: 'bytes=0-1' } })
    assert.equal(unknown.status, 200)
  })

  test('a part of something else than the client began with is the whole', async () => {
    const ask = async (tag: string) =>
      (await app.fetch('/api/desk/file', { headers: { range: 'bytes=0-1', 'if-range': tag } })).status
    assert.deepEqual([await ask('"abc"'), await ask('"old"'), await ask('W/"abc"')], [206, 200, 200])
    assert.equal(await ask('Sat, 21 Nov 2026 00:00:00 GMT'), 200)
  })

  test('HEAD and what the client has already open nothing', async () => {
    const before = opened
    const head = await app.fetch('/api/desk/file', { method: 'HEAD', headers: { range: 'bytes=0-1' } })
    assert.equal(head.status, 200)
    assert.equal(head.headers.get('content-length'), '1000')
    const known = await app.fetch('/api/desk/file', { headers: { 'if-none-match': 'W/"abc", "x"' } })
    assert.equal(known.status, 304)
    assert.equal(known.headers.get('etag'), '"abc"')
    assert.equal(known.headers.get('cache-control'), 'private, no-cache')
    assert.equal(opened, before)
  })

  test('what cannot be opened is an error, what breaks off later breaks the connection', async () => {
    assert.equal((await app.fetch('/api/desk/missing')).status, 500)
    await assert.rejects(app.fetch('/api/desk/short').then((answer) => answer.arrayBuffer()))
    const answer = await send('GET /api/desk/long HTTP/1.1', [])
    assert.ok(Buffer.from(answer.slice(answer.indexOf('\r\n\r\n') + 4), 'latin1').length <= 10)
    assert.equal((await app.fetch('/api/desk/file')).status, 200)
  })

  test('a download that the client gives up destroys its source, which was not read ahead of it', async () => {
    const abort = new AbortController()
    const answer = await app.fetch('/api/desk/endless', { signal: abort.signal })
    const reader = answer.body!.getReader()
    await reader.read()
    await wait(100)
    abort.abort()
    await reader.read().catch(() => {})
    for (let count = 0; !source.destroyed && count < 100; count += 1) await wait(10)
    assert.ok(source.destroyed)
  })

  test('the documentation says what is sent and what is answered', async () => {
    const { paths } = (await (await app.fetch('/api/openapi.json')).json()) as { paths: Record<string, any> } // any: only looked into
    const raw = paths['/api/desk/raw'].post
    assert.deepEqual(raw.requestBody.content, { '*/*': {} })
    assert.deepEqual(raw.parameters[0].name, 'note')
    assert.ok('413' in raw.responses)
    const file = paths['/api/desk/file'].get
    assert.deepEqual(file.responses['200'].content, { 'image/png': {} })
    assert.deepEqual(Object.keys(file.responses).slice(0, 4), ['200', '206', '304', '400'])
  })
})

test('a route whose body cannot be so is refused', async () => {
  const odd = defineFeature({
    name: 'odd',
    start: () => ({
      routes: [
        route('GET', '/api/odd', { body: 'raw', run: async () => ({}) }),
        route('POST', '/api/odd', { body: 'stream', maxBodyBytes: 0.5, run: async () => ({}) }),
      ],
    }),
  })
  const app = await createTestApp(defineApp({ name: 'odd', collections: [], features: [odd] }))
  await assert.rejects(app.url(), /A GET has no body.*\n?.*The most bytes of a body/s)
  await app.open.close()
})

test('a sender that lets us wait is given up, one that is only slow is not', async () => {
  const settings = { limits: { requestMs: 1_000 } }
  const app = await createTestApp(defineApp({ name: 'desk', collections: [], features: [feature], settings }))
  const url = await app.url()
  const slow = async (pieces: number, pauseMs: number) => {
    const body = (async function* () {
      for (let count = 0; count < pieces; count += 1) {
        yield Buffer.from('x')
        await wait(pauseMs)
      }
    })()
    const init = { method: 'POST', body: ReadableStream.from(body), duplex: 'half' } as RequestInit
    return fetch(`${url}/api/desk/stream`, init).then(
      ({ status }) => status,
      () => 'cut off',
    )
  }
  const [steady, stuck] = await Promise.all([slow(13, 200), slow(2, 4_000)])
  assert.equal(steady, 200)
  assert.ok(stuck === 408 || stuck === 'cut off', `${stuck}`)
  assert.equal((await app.fetch('/api/desk/file')).status, 200)
  await app.close()
})

test('a client that does not read its download is let go', async () => {
  const settings = { limits: { requestMs: 1_000 } }
  const app = await createTestApp(defineApp({ name: 'desk', collections: [], features: [feature], settings }))
  const socket = connect(Number(new URL(await app.url()).port), '127.0.0.1')
  socket.on('error', () => {})
  socket.pause()
  const former = source
  const startedMs = performance.now()
  socket.write('GET /api/desk/endless HTTP/1.1\r\nHost: x\r\n\r\n')
  for (let count = 0; (source === former || !source.destroyed) && count < 200; count += 1) await wait(50)
  assert.ok(source !== former && source.destroyed)
  assert.ok(performance.now() - startedMs > 1_000)
  socket.destroy()
  await app.close()
})
