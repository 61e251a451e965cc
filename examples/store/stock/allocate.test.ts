import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { allocate, type Shelf } from './allocate.ts'

const tea = { variant: 'tea', quantity: 3, allowsBackorder: false }
const shelf = (id: string, available: number, priority: number): Shelf => ({ id, variant: 'tea', available, priority })
const pieces = (shelves: readonly Shelf[], wanted = tea) =>
  Object.fromEntries(allocate([wanted], shelves).shares.map(({ level, quantity }) => [level, quantity]))

test('the location that comes first gives what it has, the next one the rest', () => {
  assert.deepEqual(pieces([shelf('far', 9, 2), shelf('near', 2, 1)]), { near: 2, far: 1 })
  assert.deepEqual(pieces([shelf('far', 9, 2), shelf('near', 5, 1)]), { near: 3 })
})

test('what is missing is told with what there is, and nothing of it is taken', () => {
  assert.deepEqual(allocate([tea], [shelf('near', 1, 1), shelf('far', 1, 2)]), {
    shares: [],
    shortages: [{ variant: 'tea', wanted: 3, available: 2 }],
  })
})

test('a back-order takes what there is, and asks the first location for the rest', () => {
  const wanted = { ...tea, allowsBackorder: true }
  assert.deepEqual(pieces([shelf('near', 0, 1), shelf('far', 1, 2)], wanted), { near: 2, far: 1 })
  assert.deepEqual(pieces([shelf('near', -4, 1)], wanted), { near: 3 })
})

test('a variant that no location has cannot be promised, not even on back-order', () => {
  assert.equal(allocate([{ ...tea, allowsBackorder: true }], []).shortages.length, 1)
})

test('shares come to exactly what is wanted, and no shelf gives more than it has', () => {
  const shelves = fc.array(fc.tuple(fc.integer({ min: -5, max: 20 }), fc.nat(3)), { maxLength: 6 })
  fc.assert(
    fc.property(shelves, fc.integer({ min: 1, max: 40 }), (list, quantity) => {
      const known = list.map(([available, priority], index) => shelf(String(index), available, priority))
      const { shares, shortages } = allocate([{ ...tea, quantity }], known)
      const there = known.reduce((sum, { available }) => sum + Math.max(available, 0), 0)
      assert.equal(shortages.length, there < quantity ? 1 : 0)
      const given = shares.reduce((sum, share) => sum + share.quantity, 0)
      assert.equal(given, there < quantity ? 0 : quantity)
      for (const { level, quantity } of shares) assert.ok(quantity > 0 && quantity <= known[Number(level)]!.available)
    }),
  )
})
