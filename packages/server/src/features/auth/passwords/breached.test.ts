import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, describe, test } from 'node:test'
import { type BreachedPasswordsOptions, createBreachedPasswords } from './breached.ts'

// SHA-1 of "password": 5BAA6 1E4C9B93F3F0682250B6CF8331B7EE68FD8
const suffix = '1E4C9B93F3F0682250B6CF8331B7EE68FD8'
const others = `${'0'.repeat(35)}:3\r\n${'F'.repeat(35)}:0`

describe('breached passwords', () => {
  let answer: (request: IncomingMessage, response: ServerResponse) => void
  let requests: IncomingMessage[]
  let warnings: object[]
  const server = createServer((request, response) => {
    requests.push(request)
    answer(request, response)
  })
  before(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  beforeEach(() => {
    requests = []
    warnings = []
  })

  const log = { debug() {}, info() {}, error() {}, warn: (data: object) => warnings.push(data) }
  const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/range/`
  const isBreached = (password: string, options: Partial<BreachedPasswordsOptions> = {}) =>
    createBreachedPasswords({ address: address(), request: fetch, log, ...options })(password)
  const says = (text: string) => {
    answer = (_, response) => response.end(text)
  }

  test('are found by the rest of their hash', async () => {
    says(`${others}\r\n${suffix}:9545824\r\n`)
    assert.equal(await isBreached('password'), true)
    says(`${suffix.toLowerCase()}:1`)
    assert.equal(await isBreached('password'), true)
    says(others)
    assert.equal(await isBreached('password'), false)
    assert.deepEqual(warnings, [])
  })

  test('are asked for by five digits of a hash, and the length of the answer is padded', async () => {
    says(others)
    await isBreached('password')
    const [{ url, method, headers } = assert.fail()] = requests
    assert.deepEqual([method, url, headers['add-padding']], ['GET', '/range/5BAA6', 'true'])
    assert.doesNotMatch(JSON.stringify([url, headers]), /password|1E4C9/)
  })

  test('are not those that only fill the answer up', async () => {
    says(`${suffix}:0\r\n${others}`)
    assert.equal(await isBreached('password'), false)
  })

  test('are the same however they are typed', async () => {
    says(`${others}\n${suffix}:2`)
    assert.equal(await isBreached('ｐａｓｓｗｏｒｄ'), true)
  })

  test('are let through with a line in the log when nobody answers as expected', async () => {
    answer = (_, response) => response.writeHead(503).end(`${suffix}:5`)
    assert.equal(await isBreached('password'), false)
    answer = (_, response) => response.writeHead(302, { Location: '/elsewhere' }).end()
    assert.equal(await isBreached('password'), false)
    assert.equal(requests.length, 2, 'a redirect is not followed')
    answer = (_, response) => response.destroy()
    assert.equal(await isBreached('password'), false)
    assert.equal(await isBreached('password', { address: 'http://127.0.0.1:1/' }), false)
    assert.equal(warnings.length, 4)
    assert.doesNotMatch(JSON.stringify(warnings), /"password"|5BAA6|1E4C9/)
  })

  test('are let through when there is no answer in time, also in the middle of one', async () => {
    answer = () => {}
    assert.equal(await isBreached('password', { timeoutMs: 50 }), false)
    answer = (_, response) => response.write(`${suffix}:5`)
    assert.equal(await isBreached('password', { timeoutMs: 50 }), false)
    assert.equal(warnings.length, 2)
  })

  test('need an address that can be asked', () => {
    for (const wrong of [
      '',
      'api.example',
      'ftp://api.example/',
      'https://api.example/range',
      'https://api.example/?q=/',
    ])
      assert.throws(() => createBreachedPasswords({ address: wrong, request: fetch, log }), {
        code: 'password_setting',
      })
  })
})
