import assert from 'node:assert/strict'
import { test } from 'node:test'
import { safeReturnTo, withFragment, withQuery } from './return-to.ts'

const sites = { baseUrl: 'https://api.shop.example', pages: 'https://shop.example/account' }

test('browsers are sent to paths of the own site and to its pages', () => {
  for (const [given, expected] of [
    ['/', '/'],
    ['/orders?page=2#top', '/orders?page=2#top'],
    ['/a/../b', '/b'],
    ['https://shop.example/account', 'https://shop.example/account'],
    ['https://api.shop.example/x', 'https://api.shop.example/x'],
    ['/?next=https://evil.example', '/?next=https://evil.example'],
  ] as const)
    assert.equal(safeReturnTo(given, sites), expected, given)
})

test('browsers are sent nowhere else', () => {
  for (const given of [
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '\t//evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
    '/%2e//evil.example',
    'https://evil.example',
    'https://shop.example.evil.example',
    'https://shop.example@evil.example',
    'https://user:pass@shop.example',
    'http://shop.example',
    'https://shop.example:8443',
    'https:shop.example',
    'https:/\\evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    'evil.example',
    'orders',
    '',
  ])
    assert.equal(safeReturnTo(given, sites), undefined, given)
})

test('what is added to an address keeps what it has', () => {
  assert.equal(withQuery('/a?b=1#c', { error: 'x y' }), '/a?b=1&error=x+y#c')
  assert.equal(withQuery('app.shop://in', { code: 'q' }), 'app.shop://in?code=q')
  assert.equal(withFragment('/a?b=1#c', { challenge: 'x' }), '/a?b=1#challenge=x')
})
