import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { GalleyError } from '../../base/error.ts'
import { createOutgoingFetch } from './create-outgoing-fetch.ts'
import { isPublicAddress } from './public-address.ts'
import { mayConnectTo } from './resolve-target.ts'
import { webFetch } from './web-fetch.ts'

test('an answer comes back with its status, headers and body', async (t) => {
  const port = await serve(t, async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    response.writeHead(201, { 'Content-Type': 'application/json', 'Set-Cookie': ['a=1', 'b=2'] })
    response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body }))
  })
  const fetch = createOutgoingFetch({ allow: [`127.0.0.1:${port}`] })
  const answer = await fetch(`http://127.0.0.1:${port}/a%20b?c=d`, {
    method: 'POST',
    headers: {
      'Content-Type': 'text/plain',
      Host: 'elsewhere.example',
      'Content-Length': '1',
      'Transfer-Encoding': 'chunked',
    },
    body: 'žluť',
  })
  assert.equal(answer.status, 201)
  assert.equal(answer.headers['set-cookie'], 'a=1, b=2')
  const seen = JSON.parse(answer.text())
  assert.deepEqual([seen.method, seen.url, seen.body], ['POST', '/a%20b?c=d', 'žluť'])
  assert.equal(seen.headers.host, `127.0.0.1:${port}`, 'the caller does not choose the host')
  assert.equal(seen.headers['content-length'], '6', 'nor where the body ends')
  assert.equal(seen.headers['transfer-encoding'], undefined)
  assert.equal(seen.headers['content-type'], 'text/plain')
  assert.equal(seen.headers['user-agent'], 'galley')
})

test('the own machine is not asked, however its address is written', async (t) => {
  const { port, requests } = await counting(t, '127.0.0.1')
  const fetch = createOutgoingFetch()
  const forms = [
    '127.0.0.1', '127.1', '2130706433', '0177.0.0.1', '0x7f.0.0.1', '0x7f000001', '0', '0.0.0.0', '127.0.0.1.',
    '①②⑦.⓪.⓪.①', '127%2e0%2e0%2e1', '[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]',
    '[64:ff9b::7f00:1]', '[2002:7f00:1::]', 'localhost',
  ] // biome-ignore format: a table
  for (const host of forms)
    assert.equal(await codeOf(fetch(`http://${host}:${port}/`)), 'outgoing_address_refused', host)
  assert.equal(requests(), 0, 'nothing has been sent')
})

test('only addresses of the public internet are public', () => {
  const refused = [
    '0.0.0.0', '10.0.0.1', '10.255.255.255', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1',
    '172.31.255.255', '192.0.0.192', '192.168.1.1', '198.18.0.1', '203.0.113.1', '224.0.0.1', '239.255.255.250', '255.255.255.255',
    '168.63.129.16', '::', '::1', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd00:ec2::254', 'ff02::1', '::ffff:10.0.0.1',
    '::ffff:8.8.8.8', '::8.8.8.8', '64:ff9b::a00:1', '64:ff9b:1::1', '100::1', '2001::1', '2001:db8::1', '2002:a00:1::', 'fec0::1',
    '5f00::1', '4000::1', '', 'localhost', '1', 'example.com',
  ] // biome-ignore format: a table
  const open = [
    '8.8.8.8',
    '1.1.1.1',
    '172.15.0.1',
    '172.32.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '2606:4700::1111',
    '2a00:1450::1',
  ]
  assert.deepEqual(refused.filter(isPublicAddress), [])
  assert.deepEqual(open.filter(isPublicAddress), open)
})

test('what is allowed is allowed at its port only, and low ports are not asked', () => {
  const may = mayConnectTo(['127.0.0.1:9000', '10.0.0.0/8', '[::1]:9001', '8.8.4.4:25'])
  const asked: readonly (readonly [string, number, boolean])[] = [
    ['127.0.0.1', 9000, true],
    ['127.0.0.1', 9001, false],
    ['127.0.0.2', 9000, false],
    ['10.9.8.7', 6379, true],
    ['11.0.0.1', 6379, true],
    ['::1', 9001, true],
    ['::1', 9000, false],
    ['8.8.8.8', 443, true],
    ['8.8.8.8', 80, true],
    ['8.8.8.8', 8443, true],
    ['8.8.8.8', 25, false],
    ['8.8.8.8', 22, false],
    ['8.8.4.4', 25, true],
  ]
  for (const [address, port, expected] of asked) assert.equal(may(address, port), expected, `${address}:${port}`)
})

test('a name that leads to the own machine is not asked', async (t) => {
  const { port, requests } = await counting(t, '127.0.0.1')
  const fetch = createOutgoingFetch({ resolve: async () => [{ address: '127.0.0.1', family: 4 }] })
  assert.equal(await codeOf(fetch(`http://shop.example:${port}/`)), 'outgoing_address_refused')
  assert.equal(requests(), 0)
})

test('a name that leads elsewhere the second time is asked for only once', async (t) => {
  const { port, requests } = await counting(t, '127.0.0.1')
  const secret = await counting(t, '127.0.0.2', port)
  let lookUps = 0
  const fetch = createOutgoingFetch({
    allow: ['127.0.0.1'],
    resolve: async () => [{ address: lookUps++ === 0 ? '127.0.0.1' : '127.0.0.2', family: 4 }],
  })
  assert.equal((await fetch(`http://rebind.example:${port}/`)).status, 200)
  assert.equal(lookUps, 1)
  assert.equal(await codeOf(fetch(`http://rebind.example:${port}/`)), 'outgoing_address_refused')
  assert.deepEqual([requests(), secret.requests()], [1, 0])
})

test('of several addresses of a name only those that are permitted are connected to', async (t) => {
  const { port, requests } = await counting(t, '127.0.0.1')
  const secret = await counting(t, '127.0.0.2', port)
  const resolve = async () => [
    { address: '127.0.0.2', family: 4 },
    { address: '127.0.0.1', family: 4 },
  ]
  const fetch = createOutgoingFetch({ allow: ['127.0.0.1'], resolve })
  for (let round = 0; round < 3; round++) await fetch(`http://both.example:${port}/`)
  assert.deepEqual([requests(), secret.requests()], [3, 0])
})

test('where the first address of a name does not answer, the next one is tried', async (t) => {
  const { port } = await counting(t, '127.0.0.1')
  const resolve = async () => [
    { address: '127.0.0.3', family: 4 },
    { address: '127.0.0.1', family: 4 },
  ]
  const fetch = createOutgoingFetch({ allow: ['127.0.0.0/8'], resolve })
  assert.equal((await fetch(`http://both.example:${port}/`)).status, 200)
})

test('IPv6 works where it is allowed', async (t) => {
  const { port } = await counting(t, '::1')
  const fetch = createOutgoingFetch({ allow: [`[::1]:${port}`] })
  assert.equal((await fetch(`http://[::1]:${port}/`)).status, 200)
})

test('an address with a password, of another protocol, or that is none is refused', async () => {
  const fetch = createOutgoingFetch({ allow: ['0.0.0.0/0'] })
  const addresses = [
    'http://user@127.0.0.1/',
    'http://:pass@127.0.0.1/',
    'file:///etc/passwd',
    'gopher://127.0.0.1/',
    'data:,x',
    '/a',
    '',
  ]
  for (const address of addresses) assert.equal(await codeOf(fetch(address)), 'outgoing_url', address)
})

test('a redirect is an answer and is not followed', async (t) => {
  const secret = await counting(t, '127.0.0.2')
  const port = await serve(t, (_request, response) =>
    response.writeHead(302, { Location: `http://127.0.0.2:${secret.port}/` }).end('moved'),
  )
  const fetch = createOutgoingFetch({ allow: ['127.0.0.0/8'] })
  const answer = await fetch(`http://127.0.0.1:${port}/`)
  assert.deepEqual([answer.status, answer.headers.location], [302, `http://127.0.0.2:${secret.port}/`])
  assert.equal(secret.requests(), 0)
})

test('an answer that begins late, trickles, or never ends is given up in time', async (t) => {
  const endless: Record<string, RequestListener> = {
    '/silent': () => {},
    '/headers-only': (_request, response) => void response.writeHead(200).flushHeaders(),
    '/trickle': (_request, response) => {
      const timer = setInterval(() => response.write('.'), 20)
      response.on('close', () => clearInterval(timer))
    },
  }
  const port = await serve(t, (request, response) => endless[request.url!]!(request, response))
  const fetch = createOutgoingFetch({ allow: ['127.0.0.1'] })
  for (const path of Object.keys(endless)) {
    const started = performance.now()
    assert.equal(await codeOf(fetch(`http://127.0.0.1:${port}${path}`, { timeoutMs: 150 })), 'outgoing_too_slow', path)
    assert.ok(performance.now() - started < 2_000, path)
  }
})

test('a resolver that does not answer is given up in time', async () => {
  const fetch = createOutgoingFetch({ resolve: () => new Promise(() => {}) })
  assert.equal(await codeOf(fetch('http://slow.example/', { timeoutMs: 50 })), 'outgoing_too_slow')
})

test('a caller that gives up gets its own reason, and the connection is closed', async (t) => {
  const closed = Promise.withResolvers<void>()
  const port = await serve(t, (request) => request.socket.on('close', () => closed.resolve()))
  const fetch = createOutgoingFetch({ allow: ['127.0.0.1'] })
  const controller = new AbortController()
  const asked = fetch(`http://127.0.0.1:${port}/`, { signal: controller.signal })
  setTimeout(() => controller.abort(new Error('never mind')), 50)
  await assert.rejects(asked, /never mind/)
  await closed.promise
  await assert.rejects(fetch(`http://127.0.0.1:${port}/`, { signal: controller.signal }), /never mind/)
})

test('an answer that is too long is cut off, whether or not it says its length', async (t) => {
  let written = 0
  const port = await serve(t, (request, response) => {
    if (request.url === '/said') return void response.writeHead(200, { 'Content-Length': '5000000000' }).flushHeaders()
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536))) written += 65_536
    }
    response.on('drain', more)
    more()
  })
  const fetch = createOutgoingFetch({ allow: ['127.0.0.1'] })
  assert.equal(await codeOf(fetch(`http://127.0.0.1:${port}/said`)), 'outgoing_too_large')
  assert.equal(await codeOf(fetch(`http://127.0.0.1:${port}/`, { maxBytes: 100_000 })), 'outgoing_too_large')
  assert.ok(written < 20_000_000, `${written} bytes were taken`)
})

test('an answer as long as is permitted is taken', async (t) => {
  const port = await serve(t, (_request, response) => response.end(Buffer.alloc(1000)))
  const fetch = createOutgoingFetch({ allow: ['127.0.0.1'] })
  assert.equal((await fetch(`http://127.0.0.1:${port}/`, { maxBytes: 1000 })).bytes.length, 1000)
  assert.equal(await codeOf(fetch(`http://127.0.0.1:${port}/`, { maxBytes: 999 })), 'outgoing_too_large')
})

test('a compressed answer is not asked for, and not unpacked', async (t) => {
  let asked: unknown
  const port = await serve(t, (request, response) => {
    asked = request.headers['accept-encoding']
    response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(Buffer.alloc(10_000_000)))
  })
  const fetch = createOutgoingFetch({ allow: ['127.0.0.1'] })
  assert.equal(
    await codeOf(fetch(`http://127.0.0.1:${port}/`, { headers: { 'Accept-Encoding': 'gzip' } })),
    'outgoing_packed',
  )
  assert.equal(asked, 'identity')
})

test('what does not speak HTTP, breaks off or is not there has failed, and what went wrong stays inside', async (t) => {
  const replies: Record<string, (socket: Socket) => void> = {
    garbage: (socket) => socket.end('220 mail.example ESMTP\r\n'),
    hangUp: (socket) => socket.destroy(),
    half: (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'),
    bothLengths: (socket) =>
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
    upgrade: (socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
    longHeaders: (socket) => socket.write(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`),
  }
  for (const [name, reply] of Object.entries(replies)) {
    const port = await listen(
      t,
      createTcpServer((socket) => void socket.on('error', () => {}).once('data', () => reply(socket))),
    )
    const fetch = createOutgoingFetch({ allow: ['127.0.0.1'] })
    const error = await errorOf(fetch(`http://127.0.0.1:${port}/`, { timeoutMs: 2_000 }))
    assert.equal(error.code, 'outgoing_failed', name)
    assert.equal(error.message, 'The server 127.0.0.1 could not be asked. Try again later.')
    assert.ok(error.cause instanceof Error)
  }
})

test('headers and paths cannot smuggle a second request', async (t) => {
  const { port } = await counting(t, '127.0.0.1')
  const fetch = createOutgoingFetch({ allow: ['127.0.0.1'] })
  const smuggled = fetch(`http://127.0.0.1:${port}/`, { headers: { 'X-A': 'a\r\n\r\nGET /b HTTP/1.1' } })
  assert.equal(await codeOf(smuggled), 'outgoing_failed')
  assert.equal((await fetch(`http://127.0.0.1:${port}/a\r\nX-B: c d`)).status, 200)
})

test('HEAD and answers without a body are taken', async (t) => {
  const port = await serve(t, (request, response) =>
    request.method === 'HEAD'
      ? response.writeHead(200, { 'Content-Length': '9000000' }).end()
      : response.writeHead(204).end(),
  )
  const fetch = createOutgoingFetch({ allow: ['127.0.0.1'] })
  assert.equal((await fetch(`http://127.0.0.1:${port}/`, { method: 'HEAD' })).bytes.length, 0)
  assert.equal((await fetch(`http://127.0.0.1:${port}/`, { method: 'DELETE' })).status, 204)
})

test('a certificate of nobody is refused, also where the environment turns that off, and no proxy is used', async (t) => {
  const requests: string[] = []
  const secure = createSecureServer({ key, cert }, (request, response) => {
    requests.push(request.url!)
    response.end()
  })
  const port = await listen(t, secure)
  const proxy = await counting(t, '127.0.0.1')
  const plain = await counting(t, '127.0.0.1')
  const program = `
    const { createOutgoingFetch } = await import(${JSON.stringify(new URL('./create-outgoing-fetch.ts', import.meta.url))})
    const fetch = createOutgoingFetch({ allow: ['127.0.0.1'] })
    const codes = []
    for (const url of ['https://127.0.0.1:${port}/', 'http://127.0.0.1:${plain.port}/'])
      codes.push(await fetch(url).then(({ status }) => status, ({ code, cause }) => code + ' ' + cause.code))
    console.log(codes.join())
  `
  const env = {
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
    NODE_NO_WARNINGS: '1',
    NODE_USE_ENV_PROXY: '1',
    HTTP_PROXY: `http://127.0.0.1:${proxy.port}`,
    HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
  }
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { env })
  assert.equal(stdout.trim(), 'outgoing_failed DEPTH_ZERO_SELF_SIGNED_CERT,200')
  assert.deepEqual([requests, proxy.requests(), plain.requests()], [[], 0, 1])
})

test('libraries get the fetch of the web, with the same guards', async (t) => {
  const port = await serve(t, (request, response) => {
    if (request.url === '/empty') return void response.writeHead(204).end()
    request.setEncoding('utf8').once('data', (body) => {
      response
        .writeHead(302, { Location: '/x', 'X-Type': request.headers['content-type'] })
        .end(JSON.stringify({ body }))
    })
  })
  const fetch = webFetch(createOutgoingFetch({ allow: [`127.0.0.1:${port}`] }), { maxBytes: 100 })
  const answer = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: new Headers({ 'Content-Type': 'text/x' }),
    body: new URLSearchParams({ a: 'b' }),
  })
  assert.ok(answer instanceof Response)
  assert.deepEqual([answer.status, answer.headers.get('x-type'), await answer.json()], [302, 'text/x', { body: 'a=b' }])
  assert.equal((await fetch(`http://127.0.0.1:${port}/empty`)).status, 204)
  assert.equal(await codeOf(fetch('http://127.0.0.2/')), 'outgoing_address_refused')
})

async function errorOf(work: Promise<unknown>): Promise<GalleyError> {
  const error = await work.then(
    (value) => assert.fail(`answered ${JSON.stringify(value)}`),
    (reason) => reason,
  )
  assert.ok(error instanceof GalleyError, String(error))
  return error
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return (await errorOf(work)).code
}

function serve(t: TestContext, listener: RequestListener): Promise<number> {
  return listen(t, createServer(listener))
}

async function counting(t: TestContext, host: string, port = 0): Promise<{ port: number; requests: () => number }> {
  let count = 0
  const server = createServer((_request, response) => {
    count++
    response.end('ok')
  })
  return { port: await listen(t, server, host, port), requests: () => count }
}

async function listen(t: TestContext, server: Server, host = '127.0.0.1', port = 0): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(port, host, resolve))
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}

/** Signed by itself, for 127.0.0.1. */
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQggAietrvYU/maW/Yf
+7HiDZ2IRipnwbu6TEdvpi1E3ouhRANCAARi9dgm9TxijXKfDYEE0hoolha5+eCD
f+7jcV38vBJvQ0f56IB5wU2xzR2TXaa61XvOPPPeGZiiUWCdP/6oA4PH
-----END PRIVATE KEY-----`
const cert = `-----BEGIN CERTIFICATE-----
MIIBkTCCATagAwIBAgIUM8wFYRUQI4v/sUHdvY8HZpLec+kwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMTA3MDIyM1oYDzIxMjYxMDI4
MDcwMjIzWjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARi9dgm9TxijXKfDYEE0hoolha5+eCDf+7jcV38vBJvQ0f56IB5wU2x
zR2TXaa61XvOPPPeGZiiUWCdP/6oA4PHo2QwYjAdBgNVHQ4EFgQUeIC6a4AFjaTM
ojjmoXPTLyOVX00wHwYDVR0jBBgwFoAUeIC6a4AFjaTMojjmoXPTLyOVX00wDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0kAMEYC
IQDiGDOf24ZD8OdxA1YLYu7+47Nuu/H9YiVZEE0CsUXTDgIhAPQzgCWj3ZjHG1GY
qI1h1aXhM66HKILZfm+iP/Hch2Pq
-----END CERTIFICATE-----`
