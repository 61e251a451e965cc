import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type MoverKind, statusesBefore } from './order-status.ts'
import { orderStatuses } from './orders.ts'

const movers: readonly MoverKind[] = ['customer', 'staff', 'system']

/** All that is possible; of every other pair, whoever asks, the answer is no. */
const possible: ReadonlySet<string> = new Set([
  'placed > paid by system',
  'placed > cancelled by customer',
  'placed > cancelled by staff',
  'placed > cancelled by system',
  'paid > cancelled by customer',
  'paid > cancelled by staff',
  'paid > partiallyShipped by staff',
  'paid > shipped by staff',
  'partiallyShipped > partiallyShipped by staff',
  'partiallyShipped > shipped by staff',
  'shipped > delivered by customer',
  'shipped > delivered by staff',
])

test('of every status, to every status, by everybody: what is listed is possible, and nothing else', () => {
  for (const from of orderStatuses)
    for (const to of orderStatuses)
      for (const by of movers) {
        const move = `${from} > ${to} by ${by}`
        assert.equal(statusesBefore(to, by).includes(from), possible.has(move), move)
      }
})
