import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type OrderStatus, statusesBefore } from './order-status.ts'

const all = Object.keys(statusesBefore) as OrderStatus[]
const after = (status: OrderStatus) => all.filter((next) => statusesBefore[next].includes(status))

test('an order is paid and then shipped, or cancelled before that', () => {
  assert.deepEqual(after('placed'), ['paid', 'cancelled'])
  assert.deepEqual(after('paid'), ['shipped', 'cancelled'])
})

test('what is shipped or cancelled stays so', () => {
  assert.deepEqual(after('shipped'), [])
  assert.deepEqual(after('cancelled'), [])
})

test('nothing becomes placed again', () => {
  assert.deepEqual(statusesBefore.placed, [])
})
