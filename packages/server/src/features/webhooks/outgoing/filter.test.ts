import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EventFilter, filterProblem, matchesFilter } from './filter.ts'

const data = { status: 'paid', total: { amount: 1_250, currency: 'EUR' }, customer: null, isGift: false, tags: ['a'] }

test('an event is wanted when every condition holds for what it says', () => {
  const cases: readonly (readonly [EventFilter, boolean])[] = [
    [{}, true],
    [{ status: 'paid' }, true],
    [{ status: 'placed' }, false],
    [{ status: 'paid', 'total.currency': 'USD' }, false],
    [{ 'total.amount': { gte: 1_250, lt: 1_251 } }, true],
    [{ 'total.amount': { gt: 1_250 } }, false],
    [{ 'total.amount': { lte: 1_249 } }, false],
    [{ 'total.currency': { in: ['EUR', 'CZK'] } }, true],
    [{ status: { ne: 'placed' } }, true],
    [{ status: { gt: 'p', lt: 'q' } }, true],
    [{ customer: null }, true],
    [{ missing: null }, true],
    [{ missing: { ne: 'x' } }, true],
    [{ isGift: false }, true],
  ]
  for (const [filter, expected] of cases) {
    assert.equal(filterProblem(filter), undefined, JSON.stringify(filter))
    assert.equal(matchesFilter(filter, data), expected, JSON.stringify(filter))
  }
})

test('only like is compared with like, and nothing is found that is not in the data', () => {
  const filters = [
    { 'total.amount': { gt: '0' } },
    { status: { lt: 5 } },
    { customer: { lt: 1 } },
    { total: { gte: 0 } },
  ]
  for (const filter of [...filters, { 'tags.length': 1 }, { 'constructor.name': 'Object' }])
    assert.equal(matchesFilter(filter, data), false, JSON.stringify(filter))
})

test('a filter that cannot be meant is told', () => {
  const filters: readonly unknown[] = [
    'paid',
    ['paid'],
    { 'a b': 1 },
    { a: [1] },
    { a: { like: 'x' } },
    { a: { constructor: 1 } },
    { a: { in: 'x' } },
    { a: { in: [[1]] } },
    { a: { gte: {} } },
    { a: {} },
    Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`a${index}`, 1])),
  ]
  for (const filter of filters) assert.match(filterProblem(filter) ?? '', /^[A-Za-z].*\.$/, JSON.stringify(filter))
})
