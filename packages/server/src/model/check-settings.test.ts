import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Settings } from './app.ts'
import { checkSettings } from './check-settings.ts'
import { collectProblems } from './problems.ts'

function problemsOf(settings: object) {
  const problems = collectProblems()
  checkSettings(settings as Settings, problems)
  return problems.all
}
const pathsOf = (settings: object) => problemsOf(settings).map(({ pointer }) => pointer)
const told = (settings: object) => problemsOf(settings).map(({ pointer, message }) => `${pointer}: ${message}`)

test('settings that can be meant are taken', () => {
  assert.deepEqual(pathsOf({}), [])
  assert.deepEqual(
    pathsOf({
      rateLimit: false,
      limits: { bodyBytes: 1 },
      cors: { origins: ['https://shop.example', 'http://localhost:5173'] },
    }),
    [],
  )
})

test('limits of nothing, misspelt limits and origins with a path are all told at once', () => {
  const settings = {
    rateLimit: { max: 0, windowSeconds: 1.5 },
    limits: { bodyBytes: -1, bodyByte: 5 },
    cors: { origins: ['shop.example', 'https://shop.example/'] },
  }
  assert.deepEqual(pathsOf(settings), [
    'settings.limits.bodyBytes',
    'settings.limits.bodyByte',
    'settings.rateLimit.max',
    'settings.rateLimit.windowSeconds',
    'settings.cors.origins',
    'settings.cors.origins',
  ])
})

test('settings that there are not are told with what was probably meant', () => {
  assert.deepEqual(told({ ratelimit: false }), ['settings.ratelimit: There is no such option. Did you mean rateLimit?'])
  assert.deepEqual(told({ cors: { origin: 'https://shop.example' } }), [
    'settings.cors.origin: There is no such option. Did you mean origins?',
  ])
  assert.deepEqual(told({ rateLimit: { max: 1, windowSeconds: 1, window: 60 } }), [
    'settings.rateLimit.window: There is no such option. The options are: max, windowSeconds.',
  ])
  assert.deepEqual(told({ limits: { cachBytes: 1 } }), [
    'settings.limits.cachBytes: There is no such option. Did you mean cacheBytes?',
  ])
  const [cache, ...others] = told({ cache: { maxAge: '1h' } })
  assert.match(cache!, /^settings\.cache: There is no such option\. Each collection says .* cache: \{ maxAge: '1h' \}/)
  assert.deepEqual(others, [])
})

test('what may be asked besides the public internet is said by address, not by name', () => {
  assert.deepEqual(
    pathsOf({
      outgoing: { allow: ['127.0.0.1:9000', '10.0.0.0/8', '10.0.0.0/8:443', 'fd00::/8', '[::1]:9000', '::1'] },
    }),
    [],
  )
  for (const text of [
    'localhost:9000',
    '10.0.0.0/33',
    '10.0.0',
    '127.0.0.1:0',
    '127.0.0.1:70000',
    '[::1',
    'fe80::1%eth0',
    '',
    '*',
  ])
    assert.deepEqual(pathsOf({ outgoing: { allow: [text] } }), ['settings.outgoing.allow'], text)
  assert.deepEqual(pathsOf({ outgoing: { alow: [] } }), ['settings.outgoing.alow'])
})
