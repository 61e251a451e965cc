import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPattern, isWanted } from './event-names.ts'

test('events are chosen by their names, by what these begin with, or all', () => {
  assert.ok(isWanted('orders.paid', ['carts.opened', 'orders.paid']))
  assert.ok(isWanted('orders.paid', ['orders.*']))
  assert.ok(isWanted('orders.paid', ['*']))
  for (const pattern of ['orders', 'orders.pai', 'orders.paid.late', 'order.*', 'orders.paid.*'])
    assert.ok(!isWanted('orders.paid', [pattern]), pattern)
})

test('a star stands alone or at the end', () => {
  for (const pattern of ['*', 'orders.*', 'orders.paid', 'shop.orders.*']) assert.ok(isPattern(pattern), pattern)
  for (const pattern of ['', '**', 'orders*', '*.paid', 'orders.*.paid', 'a b', 'a..b', '.a'])
    assert.ok(!isPattern(pattern), pattern)
})
