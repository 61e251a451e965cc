import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientKey } from './client-key.ts'

test('an IPv4 address is its own key, also when written as IPv6', () => {
  assert.equal(clientKey('192.0.2.7'), '192.0.2.7')
  assert.equal(clientKey('::ffff:192.0.2.7'), '192.0.2.7')
})

test('addresses of one IPv6 network share a key', () => {
  const key = '2001:db8:1:2::/64'
  assert.equal(clientKey('2001:db8:1:2::1'), key)
  assert.equal(clientKey('2001:0db8:0001:0002:ffff:ffff:ffff:ffff'), key)
  assert.equal(clientKey('2001:DB8:1:2:3::'), key)
  assert.notEqual(clientKey('2001:db8:1:3::1'), key)
})

test('short forms are the networks they mean', () => {
  assert.equal(clientKey('::1'), '0:0:0:0::/64')
  assert.equal(clientKey('2001:db8::1'), '2001:db8:0:0::/64')
  assert.equal(clientKey('fe80::1%eth0'), 'fe80:0:0:0::/64')
  assert.equal(clientKey('64:ff9b::192.0.2.1'), '64:ff9b:0:0::/64')
})

test('what is no address is one client', () => {
  for (const text of [undefined, '', 'unknown', 'x'.repeat(10_000), '1.2.3', '::ffff:999.1.1.1'])
    assert.equal(clientKey(text), 'unknown')
})
