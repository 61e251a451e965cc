import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { defineErrors } from '../base/error.ts'
import type { Log } from '../ports/log.ts'
import { HttpServer, type HttpServerOptions } from './http-server.ts'
import type { HttpLimits } from './limits.ts'
import type { HttpRequest } from './messages.ts'
import type { Caller, Route } from './routes.ts'

const limits: HttpLimits = {
  bodyBytes: 1_000,
  bodyDepth: 5,
  urlBytes: 500,
  headerBytes: 4_000,
  requestsInFlight: 4,
  requestMs: 2_000,
}
const testErrors = defineErrors('test', {
  who: { category: 'unauthenticated', message: 'Sign in.' },
  secret: { category: 'internal', message: 'The file /etc/secret is damaged.' },
})

interface Line {
  readonly level: string
  readonly data: Record<string, unknown>
  readonly message: string
}

const servers: HttpServer[] = []
after(() => Promise.all(servers.map((server) => server.stop())))

async function start(options: Partial<HttpServerOptions> = {}) {
  const lines: Line[] = []
  const write = (level: string) => (data: object, message: string) =>
    void lines.push({ level, data: data as Record<string, unknown>, message })
  const log: Log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
  const server = new HttpServer({ limits, log, isReady: async () => true, stopMs: 1_000, lingerMs: 10, ...options })
  servers.push(server)
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const json = (value: unknown) => ({ status: 200, headers: {}, body: JSON.stringify(value) })
  const routes: Route<Caller>[] = [
    { method: 'GET', path: '/things', handle: ({ query, clientAddress }) => json({ query, clientAddress }) },
    {
      method: 'POST',
      path: '/things',
      handle: ({ body, bodyBytes }) => json({ body: body ?? null, bodyText: `${bodyBytes}` }),
    },
    { method: 'GET', path: '/things/:id', handle: ({ params }) => json(params) },
    {
      method: 'PATCH',
      path: '/things/:id',
      consumes: ['application/merge-patch+json'],
      handle: ({ body }) => json(body),
    },
    { method: 'GET', path: '/who', handle: (_request, caller) => json(caller) },
    { method: 'GET', path: '/fault', handle: () => Promise.reject(new Error('the password is 123')) },
    {
      method: 'GET',
      path: '/internal',
      handle: () => {
        throw testErrors.secret()
      },
    },
    { method: 'GET', path: '/held', handle: () => held.then(() => json('done')) },
    { method: 'GET', path: '/bad-header', handle: () => ({ status: 200, headers: { Location: 'a\nb' }, body: '{}' }) },
    { method: 'GET', path: '/huge', handle: () => ({ status: 200, headers: {}, body: 'x'.repeat(50_000_000) }) },
    { method: 'GET', path: '/never', handle: () => new Promise(() => {}) },
  ]
  server.mount<Caller>({
    routes,
    authenticate: ({ headers }: HttpRequest) => {
      if (headers.authorization === undefined) return { id: null }
      if (headers.authorization === 'Bearer late') return wait(5).then(() => ({ id: 'late' }))
      if (headers.authorization.startsWith('Bearer good')) return { id: headers.authorization.slice(7) }
      return Promise.reject(testErrors.who())
    },
  })
  const { port } = await server.listen('127.0.0.1', 0)
  const url = `http://127.0.0.1:${port}`
  return { server, lines, url, port, release: () => release(), held }
}

/** Sends bytes as they are, some of them later, and returns everything that comes back until the connection closes. */
async function sendRaw(port: number, bytes: string, endAfterMs = 300, later: readonly string[] = []): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.on('data', (chunk) => {
    answer += chunk
  })
  socket.on('error', () => {})
  socket.write(bytes)
  for (const piece of later) {
    await wait(10)
    socket.write(piece)
  }
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  await Promise.race([closed, wait(endAfterMs)])
  socket.destroy()
  return answer
}

async function problemOf(response: Response) {
  assert.equal(response.headers.get('content-type'), 'application/problem+json')
  return (await response.json()) as Record<string, unknown>
}

describe('requests and answers', async () => {
  const { url, port, lines } = await start()

  test('a request gets its answer with the security headers and its id', async () => {
    const response = await fetch(`${url}/things?a=1&b=%20`)
    assert.equal(response.status, 200)
    assert.deepEqual(await response.json(), { query: 'a=1&b=%20', clientAddress: '127.0.0.1' })
    assert.equal(response.headers.get('content-type'), 'application/json')
    assert.equal(response.headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'")
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
    assert.equal(response.headers.get('cache-control'), 'private, no-cache')
    assert.match(response.headers.get('x-request-id')!, /^[0-9a-f-]{36}$/)
    assert.equal(response.headers.get('access-control-allow-origin'), null)
  })

  test('a sane X-Request-Id is kept, any other replaced', async () => {
    const kept = await fetch(`${url}/things`, { headers: { 'X-Request-Id': 'proxy-0001.a' } })
    assert.equal(kept.headers.get('x-request-id'), 'proxy-0001.a')
    const replaced = await fetch(`${url}/things`, { headers: { 'X-Request-Id': '<script>alert(1)</script>' } })
    assert.match(replaced.headers.get('x-request-id')!, /^[0-9a-f-]{36}$/)
  })

  test('HEAD answers like GET without the body', async () => {
    const response = await fetch(`${url}/things`, { method: 'HEAD' })
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('content-length'), '40')
    assert.equal(await response.text(), '')
  })

  test('an unknown path is a problem with status 404', async () => {
    const response = await fetch(`${url}/nowhere`, { headers: { 'X-Request-Id': 'request-1' } })
    assert.equal(response.status, 404)
    assert.deepEqual(await problemOf(response), {
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'There is nothing at this path.',
      code: 'http_route_not_found',
      requestId: 'request-1',
      instance: '/nowhere',
    })
  })

  test('an unknown path is 404 whatever its body', async () => {
    for (const [type, body] of [
      ['a/b', 'x'],
      ['application/json', 'x'],
      ['application/json', 'x'.repeat(2_000)],
    ] as const) {
      const response = await fetch(`${url}/nowhere`, { method: 'POST', body, headers: { 'Content-Type': type } })
      assert.equal(response.status, 404)
    }
  })

  test('a method that the path does not take is 405 and Allow names those it does', async () => {
    const response = await fetch(`${url}/things/5`, { method: 'DELETE' })
    assert.equal(response.status, 405)
    assert.equal(response.headers.get('allow'), 'OPTIONS, GET, HEAD, PATCH')
    assert.equal((await problemOf(response)).code, 'http_method_not_allowed')
  })

  test('OPTIONS answers Allow', async () => {
    const response = await fetch(`${url}/things`, { method: 'OPTIONS' })
    assert.equal(response.status, 204)
    assert.equal(response.headers.get('allow'), 'OPTIONS, GET, HEAD, POST')
    assert.equal((await fetch(`${url}/nowhere`, { method: 'OPTIONS' })).status, 404)
  })

  test('what is not accepted is 406', async () => {
    const response = await fetch(`${url}/things`, { headers: { Accept: 'text/html, image/*' } })
    assert.equal(response.status, 406)
    assert.equal((await problemOf(response)).code, 'http_not_acceptable')
    assert.equal((await fetch(`${url}/things`, { headers: { Accept: 'text/html, */*;q=0.1' } })).status, 200)
    assert.equal((await fetch(`${url}/things`, { headers: { Accept: 'application/json;q=0' } })).status, 406)
  })

  test('an error nobody expected tells nothing, and is logged with its cause', async () => {
    const response = await fetch(`${url}/fault`, { headers: { 'X-Request-Id': 'request-fault' } })
    assert.equal(response.status, 500)
    const text = await response.text()
    assert.doesNotMatch(text, /123/)
    const line = lines.find((candidate) => candidate.data.requestId === 'request-fault')!
    assert.equal((line.data.err as Error).message, 'the password is 123')
  })

  test('an error of the inside does not show its message either', async () => {
    const response = await fetch(`${url}/internal`)
    assert.equal(response.status, 500)
    assert.equal((await problemOf(response)).code, 'http_internal')
  })

  test('a header that HTTP cannot carry is a 500, not a crash', async () => {
    assert.equal((await fetch(`${url}/bad-header`)).status, 500)
    assert.equal((await fetch(`${url}/things`)).status, 200)
  })

  test('OPTIONS of the whole server answers with all methods', async () => {
    const answer = await sendRaw(port, 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    assert.match(answer, /^HTTP\/1\.1 204 /)
    assert.match(answer, /Allow: OPTIONS, GET, HEAD, POST, PUT, PATCH, DELETE\r\n/)
  })

  test('a wrongly encoded path is 400', async () => {
    const answer = await sendRaw(port, 'GET /things/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    assert.match(answer, /^HTTP\/1\.1 400 /)
    assert.match(answer, /http_url_malformed/)
  })

  test('one line of the log tells of each request, and of its trace', async () => {
    const id = 'request-traced'
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    await fetch(`${url}/things?apiKey=12345`, { headers: { 'X-Request-Id': id, traceparent } })
    await wait(20)
    const told = lines.filter((candidate) => candidate.data.requestId === id)
    assert.equal(told.length, 1)
    const { durationMs, ...data } = told[0]!.data
    assert.ok((durationMs as number) < 1_000)
    assert.deepEqual(data, {
      requestId: id,
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      method: 'GET',
      url: '/things',
      status: 200,
      isAborted: undefined,
    })
  })
})

describe('bodies', async () => {
  const { url, port, lines } = await start()
  const post = (body: string | Uint8Array, type = 'application/json', headers: Record<string, string> = {}) =>
    fetch(`${url}/things`, { method: 'POST', body: body as string, headers: { 'Content-Type': type, ...headers } })

  test('JSON is parsed and its bytes kept', async () => {
    assert.deepEqual(await (await post('{"a": [1]}')).json(), { body: { a: [1] }, bodyText: '{"a": [1]}' })
    assert.equal((await post('{"a": "ü"}', 'application/json; charset=utf-8')).status, 200)
  })

  test('a large body is parsed and its bytes kept, and is refused as a small one is', async () => {
    const large = await start({ limits: { ...limits, bodyBytes: 1_000_000 } })
    const send = (body: string) =>
      fetch(`${large.url}/things`, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } })
    const text = JSON.stringify({ a: Array.from({ length: 30_000 }, (_, index) => ({ index })) })
    const answer = await (await send(text)).text()
    assert.ok(answer === JSON.stringify({ body: JSON.parse(text), bodyText: text }))
    const refused = await send(text.replace('"index":29999}', '"index":29999,}'))
    assert.equal(refused.status, 400)
    assert.equal((await problemOf(refused)).code, 'http_body_not_json')
  })

  test('a body may come in pieces and in chunks, and while somebody still looks who is asking', async () => {
    const head = 'POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n'
    const expected = /\r\n\r\n\{"body":\{"a":1\},"bodyText":"\{\\"a\\":1\}"\}$/
    const chunked = `${head}Transfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n4\r\n":1}\r\n0\r\n\r\n`
    assert.match(await sendRaw(port, chunked), expected)
    for (const authorization of ['', 'Authorization: Bearer late\r\n']) {
      const [first, ...rest] = [`${head}${authorization}Content-Length: 7\r\n\r\n{"a"`, ':1', '}']
      assert.match(await sendRaw(port, first!, 300, rest), expected)
      assert.match(await sendRaw(port, [first, ...rest].join('')), expected)
    }
  })

  test('requests behind each other have their own bodies and are answered in their order', async () => {
    const request = (value: number, header = '') =>
      `POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${header}Content-Length: 1\r\n\r\n${value}`
    const late = 'Authorization: Bearer late\r\n'
    const answer = await sendRaw(port, request(1, late) + request(2) + request(3, late))
    assert.deepEqual(
      [...answer.matchAll(/"bodyText":"(\d)"/g)].map(([, text]) => text),
      ['1', '2', '3'],
    )
  })

  test('a client that asks whether to go on is told to, and one that leaves half-way is not served', async () => {
    const head = 'POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 7\r\n'
    const answer = await sendRaw(port, `${head}Expect: 100-continue\r\n\r\n`, 300, ['{"a":1}'])
    assert.match(answer, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/)
    await sendRaw(port, `${head}X-Request-Id: request-left\r\n\r\n{"a"`, 20)
    await wait(50)
    const line = lines.find((candidate) => candidate.data.requestId === 'request-left')!
    assert.deepEqual([line.data.status, line.data.isAborted], [undefined, true])
  })

  test('an empty body is none', async () => {
    assert.deepEqual(await (await post('')).json(), { body: null, bodyText: '' })
    assert.deepEqual(await (await fetch(`${url}/things`, { method: 'POST' })).json(), { body: null, bodyText: '' })
  })

  test('what is not JSON is 400 and says where', async () => {
    const response = await post('{"a": 1,}')
    assert.equal(response.status, 400)
    const problem = await problemOf(response)
    assert.equal(problem.code, 'http_body_not_json')
    assert.equal(problem.detail, 'The body is not JSON: see character 9.')
  })

  test('bytes that are not UTF-8 are refused, not replaced', async () => {
    const response = await post(Buffer.from('{"a":"\xff"}', 'latin1'))
    assert.equal(response.status, 400)
    assert.equal((await problemOf(response)).code, 'http_body_not_json')
  })

  test('another type is 415 and says which', async () => {
    for (const type of ['text/plain', 'application/xml', 'application/merge-patch+json', 'nonsense']) {
      const response = await post('{}', type)
      assert.equal(response.status, 415, type)
      assert.equal((await problemOf(response)).detail, 'The body must be sent as application/json.')
    }
  })

  test('a body without a type is 415', async () => {
    const answer = await sendRaw(port, 'POST /things HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}')
    assert.match(answer, /^HTTP\/1\.1 415 /)
  })

  test('another charset and an encoded body are 415', async () => {
    assert.equal((await post('{}', 'application/json; charset=latin1')).status, 415)
    const encoded = await post('{}', 'application/json', { 'Content-Encoding': 'gzip' })
    assert.equal((await problemOf(encoded)).code, 'http_body_encoded')
  })

  test('a body above the limit is 413, announced or not', async () => {
    const large = JSON.stringify('x'.repeat(1_000))
    const response = await post(large)
    assert.equal(response.status, 413)
    assert.equal((await problemOf(response)).detail, 'The body is too large. Send at most 1000 bytes.')
    const chunked = await sendRaw(
      port,
      `POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n800\r\n${'x'.repeat(0x800)}\r\n0\r\n\r\n`,
    )
    assert.match(chunked, /^HTTP\/1\.1 413 /)
  })

  test('a client that sends a very large body still reads why it was refused', async () => {
    for (let round = 0; round < 5; round += 1) {
      const response = await post('x'.repeat(8_000_000))
      assert.equal(response.status, 413)
    }
  })

  test('a body that nests too deeply is 400', async () => {
    assert.equal((await post('[[[[[1]]]]]')).status, 200)
    const response = await post('[[[[[[1]]]]]]')
    assert.equal((await problemOf(response)).code, 'http_body_too_deep')
    assert.equal((await post(JSON.stringify('[[[[[[[[['))).status, 200)
  })

  test('a member that would change prototypes is 400', async () => {
    for (const body of ['{"a":{"__proto__":1}}', '{"\\u005f_proto__":1}', '[{"constructor":{"prototype":{}}}]'])
      assert.equal((await problemOf(await post(body))).code, 'http_body_unsafe', body)
    assert.equal((await post('{"constructor":"Ferrari","a":"__proto__"}')).status, 200)
  })

  test('the types a route takes are its own', async () => {
    const patch = (type: string) =>
      fetch(`${url}/things/1`, { method: 'PATCH', body: '{}', headers: { 'Content-Type': type } })
    assert.equal((await patch('application/merge-patch+json')).status, 200)
    assert.equal((await patch('application/json')).status, 415)
  })
})

describe('bytes that are not a request', async () => {
  const { url, port } = await start({ limits: { ...limits, requestMs: 500 } })

  test('nonsense is 400 as a problem', async () => {
    const answer = await sendRaw(port, 'NONSENSE\r\n\r\n')
    assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/)
    assert.match(answer, /Content-Type: application\/problem\+json/)
    assert.match(answer, /"code":"http_malformed"/)
    assert.match(answer, /Connection: close/)
  })

  test('a URL above the limit is 414, also when it is larger than all headers may be', async () => {
    assert.equal((await fetch(`${url}/things?${'a'.repeat(500)}`)).status, 414)
    assert.match(await sendRaw(port, `GET /${'a'.repeat(9_000)} HTTP/1.1\r\nHost: x\r\n\r\n`), /^HTTP\/1\.1 414 /)
  })

  test('headers above the limit are 431', async () => {
    const answer = await sendRaw(port, `GET /things HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(5_000)}\r\n\r\n`)
    assert.match(answer, /^HTTP\/1\.1 431 /)
    assert.match(answer, /Send at most 4000 bytes/)
  })

  test('a request without Host is 400', async () => {
    assert.match(await sendRaw(port, 'GET /things HTTP/1.1\r\n\r\n'), /^HTTP\/1\.1 400 /)
  })

  test('a request with two Hosts is 400, because whoever stands between might have read the other', async () => {
    const answer = await sendRaw(port, 'GET /things HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n')
    assert.match(answer, /^HTTP\/1\.1 400 /)
  })

  test('two lengths, or a length and chunks, are refused (request smuggling)', async () => {
    const head = 'POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
    assert.match(await sendRaw(port, `${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`), /^HTTP\/1\.1 400 /)
    const both = `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`
    assert.match(await sendRaw(port, both), /^HTTP\/1\.1 400 /)
  })

  test('a client that sends half a request and waits is told 408 and let go', async () => {
    const answer = await sendRaw(port, 'GET /things HTTP/1.1\r\nHost: x\r\n', 5_000)
    assert.match(answer, /^HTTP\/1\.1 408 /)
    const head = 'POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a'
    assert.match(await sendRaw(port, head, 5_000), /^HTTP\/1\.1 408 /)
  })

  test('the server serves after all of this', async () => {
    assert.equal((await fetch(`${url}/things`)).status, 200)
  })
})

test('a crowd of senders of slow bodies makes room for others', async () => {
  const { url, port } = await start({ limits: { ...limits, requestMs: 60_000 } })
  const head = 'POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{'
  const slow = Array.from({ length: limits.requestsInFlight }, () => sendRaw(port, head, 15_000))
  await wait(100)
  assert.equal((await fetch(`${url}/things`)).status, 503)
  for (const answer of await Promise.all(slow)) assert.match(answer, /^HTTP\/1\.1 408 /)
  assert.equal((await fetch(`${url}/things`)).status, 200)
})

describe('who is asking and how often', async () => {
  const rateLimit = { max: 3, windowSeconds: 60 }

  test('answers tell the limit and what is left', async () => {
    const { url } = await start({ rateLimit })
    const first = await fetch(`${url}/things`)
    assert.equal(first.headers.get('ratelimit-policy'), '"default";q=3;w=60')
    assert.equal(first.headers.get('ratelimit'), '"default";r=2;t=60')
  })

  test('a client above the limit is told 429 and when to come back', async () => {
    const { url } = await start({ rateLimit })
    for (let count = 0; count < 3; count += 1) assert.equal((await fetch(`${url}/things`)).status, 200)
    const refused = await fetch(`${url}/things`)
    assert.equal(refused.status, 429)
    assert.equal(refused.headers.get('retry-after'), '60')
    assert.equal((await problemOf(refused)).code, 'http_rate_limited')
    assert.equal((await fetch(`${url}/nowhere`)).status, 429, 'also where there is nothing')
    assert.equal((await fetch(`${url}/healthz`)).status, 200, 'but health is always told')
  })

  test('callers are counted each for themselves, not by their address', async () => {
    const { url } = await start({ rateLimit })
    const ask = (key: string) => fetch(`${url}/who`, { headers: { Authorization: `Bearer ${key}` } })
    for (let count = 0; count < 3; count += 1) await ask('good-1')
    assert.equal((await ask('good-1')).status, 429)
    assert.equal((await ask('good-2')).status, 200)
    assert.deepEqual(await (await ask('late')).json(), { id: 'late' })
    assert.equal((await fetch(`${url}/who`)).status, 200)
  })

  test('bad credentials are 401, and 429 before they are looked at when there are too many', async () => {
    const { url } = await start({ rateLimit })
    const guess = () => fetch(`${url}/who`, { headers: { Authorization: 'Bearer guess' } })
    const first = await guess()
    assert.equal(first.status, 401)
    assert.equal(first.headers.get('www-authenticate'), 'Bearer')
    await guess()
    await guess()
    assert.equal((await guess()).status, 429)
    const other = await fetch(`${url}/who`)
    assert.equal(other.status, 200, 'requests without credentials from the same address go on')
  })

  test('a forwarded address counts only when it comes through a trusted proxy', async () => {
    const forwarded = { 'X-Forwarded-For': '203.0.113.7' }
    const plain = await start()
    const ignored = await fetch(`${plain.url}/things`, { headers: forwarded })
    assert.equal(((await ignored.json()) as { clientAddress: string }).clientAddress, '127.0.0.1')
    const behind = await start({ trustedProxies: ['127.0.0.0/8'] })
    const believed = await fetch(`${behind.url}/things`, { headers: forwarded })
    assert.equal(((await believed.json()) as { clientAddress: string }).clientAddress, '203.0.113.7')
  })
})

describe('pages of other origins', async () => {
  const origin = 'https://shop.example'
  const { url } = await start({ corsOrigins: ['https://Shop.example/'] })

  test('an origin that may call is told so, any other is not', async () => {
    const allowed = await fetch(`${url}/things`, { headers: { Origin: origin } })
    assert.equal(allowed.headers.get('access-control-allow-origin'), origin)
    assert.match(allowed.headers.get('vary')!, /Origin/)
    const other = await fetch(`${url}/things`, { headers: { Origin: 'https://evil.example' } })
    assert.equal(other.headers.get('access-control-allow-origin'), null)
  })

  test('errors can be read too', async () => {
    const response = await fetch(`${url}/nowhere`, { headers: { Origin: origin } })
    assert.equal(response.headers.get('access-control-allow-origin'), origin)
  })

  test('a preflight is told what may be sent', async () => {
    const headers = { Origin: origin, 'Access-Control-Request-Method': 'PATCH' }
    const response = await fetch(`${url}/things/1`, { method: 'OPTIONS', headers })
    assert.equal(response.status, 204)
    assert.match(response.headers.get('access-control-allow-methods')!, /PATCH/)
    assert.match(response.headers.get('access-control-allow-headers')!, /If-Match/)
    assert.equal(response.headers.get('access-control-max-age'), '7200')
  })
})

describe('too much, too long, and the end', async () => {
  test('a GET, whose headers are one prepared text, has those of a HEAD, which Node writes one by one', async () => {
    const { url } = await start()
    const headersOf = async (method: string) => {
      const headers = Object.fromEntries((await fetch(`${url}/things`, { method })).headers)
      // fetch() asks for its connection to be closed after a HEAD.
      const { date, 'x-request-id': id, ratelimit, connection: _, 'keep-alive': __, ...same } = headers
      assert.ok([date, id, ratelimit].every((value) => value !== undefined))
      return same
    }
    assert.deepEqual(await headersOf('GET'), await headersOf('HEAD'))
  })

  test('a connection that has had its share of requests is closed after the last answer', async () => {
    const { port } = await start({ rateLimit: false })
    const socket = connect(port, '127.0.0.1')
    const request = 'GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n'
    let answers = 0
    let last = ''
    socket.write(request)
    for await (const chunk of socket) {
      last = String(chunk)
      assert.match(last, /^HTTP\/1.1 200 /)
      answers += 1
      socket.write(request)
    }
    assert.equal(answers, 10_000)
    assert.match(last, /\r\nConnection: close\r\n/)
  })

  test('more requests than may be in work are 503 at once, health is still told', async () => {
    const { url, release } = await start()
    const working = Array.from({ length: 4 }, () => fetch(`${url}/held`))
    await wait(50)
    const refused = await fetch(`${url}/things`)
    assert.equal(refused.status, 503)
    assert.equal(refused.headers.get('retry-after'), '1')
    assert.equal((await problemOf(refused)).code, 'http_overloaded')
    assert.equal((await fetch(`${url}/healthz`)).status, 200)
    assert.equal((await fetch(`${url}/readyz`)).status, 200)
    release()
    for (const response of await Promise.all(working)) assert.equal(response.status, 200)
    assert.equal((await fetch(`${url}/things`)).status, 200)
  })

  test('a request that is never answered is given up', async () => {
    const { url } = await start({ limits: { ...limits, requestMs: 500 } })
    const response = await fetch(`${url}/never`)
    assert.equal(response.status, 503)
    assert.equal((await problemOf(response)).code, 'http_timeout')
  })

  test('not ready is 503, whether the answer is no, an error or none', async () => {
    for (const isReady of [
      async () => false,
      () => Promise.reject(new Error('no')),
      () => new Promise<boolean>(() => {}),
    ]) {
      const { url } = await start({ isReady })
      const startedMs = performance.now()
      const response = await fetch(`${url}/readyz`)
      assert.equal(response.status, 503)
      assert.equal((await problemOf(response)).code, 'http_not_ready')
      assert.ok(performance.now() - startedMs < 2_500)
      assert.equal((await fetch(`${url}/healthz`)).status, 200)
    }
  })

  test('many who ask whether it is ready cost one question', async () => {
    let questions = 0
    const { url } = await start({
      isReady: async () => {
        questions += 1
        await wait(100)
        return true
      },
    })
    await Promise.all(Array.from({ length: 4 }, () => fetch(`${url}/readyz`)))
    assert.equal(questions, 1)
  })

  test('a stop finishes what is in work, takes nothing new and tells that it is not ready', async () => {
    const { server, url, port, release } = await start()
    const idle = connect(port, '127.0.0.1')
    let answer = ''
    idle.on('data', (chunk) => {
      answer += chunk
    })
    idle.write('GET /things HTTP/1.1\r\nHost: x\r\n\r\n')
    await wait(50)
    assert.match(answer, /^HTTP\/1\.1 200 /)
    assert.doesNotMatch(answer, /Connection: close/)
    answer = ''
    const working = fetch(`${url}/held`)
    await wait(50)
    const stopped = server.stop()
    await wait(20)
    await assert.rejects(fetch(`${url}/things`), 'no new connections')
    idle.write('GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n')
    await wait(50)
    assert.match(answer, /^HTTP\/1\.1 503 /)
    assert.match(answer, /Connection: close/)
    release()
    const response = await working
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('connection'), 'close')
    await stopped
  })

  test('a stop that is a replacement serves each connection once more, is ready meanwhile, and ends with the last one', async () => {
    const { server, port } = await start({ lingerMs: 5_000 })
    const idle = connect(port, '127.0.0.1')
    let answer = ''
    idle.on('data', (chunk) => {
      answer += chunk
    })
    await once(idle, 'connect')
    const startedMs = performance.now()
    const stopped = server.stop({ isReplaced: true })
    await wait(200)
    idle.write('GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n')
    await once(idle, 'close')
    assert.match(answer, /^HTTP\/1\.1 200 .*Connection: close/s)
    await stopped
    assert.ok(performance.now() - startedMs < 2_000, 'nobody is left to be waited for')
  })

  test('a client that does not read its answer is let go', async () => {
    const { port, lines } = await start({ limits: { ...limits, requestMs: 500 } })
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.pause()
    socket.write('GET /huge HTTP/1.1\r\nHost: x\r\n\r\n')
    await wait(2_500)
    socket.destroy()
    assert.equal(lines.find((line) => line.data.url === '/huge')?.data.isAborted, true)
  })

  test('a stop does not wait for ever', async () => {
    const { server, url, lines } = await start({ stopMs: 200 })
    const cut = assert.rejects(fetch(`${url}/never`))
    await wait(50)
    const startedMs = performance.now()
    await server.stop()
    assert.ok(performance.now() - startedMs < 1_000)
    await cut
    assert.ok(lines.some((line) => line.level === 'warn' && line.message === 'requests were cut off by the stop'))
  })

  test('a client that leaves is no error', async () => {
    const { url, lines } = await start()
    const abort = new AbortController()
    const left = assert.rejects(fetch(`${url}/held`, { signal: abort.signal }))
    await wait(50)
    abort.abort()
    await left
    await wait(50)
    const line = lines.find((candidate) => candidate.data.url === '/held')!
    assert.equal(line.data.isAborted, true)
    assert.equal(line.data.status, undefined)
  })
})
