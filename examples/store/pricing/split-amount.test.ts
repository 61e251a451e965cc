import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { splitAmount } from './split-amount.ts'

const amounts = fc.oneof(fc.nat(20), fc.nat(1_000_000), fc.maxSafeNat())
const weights = fc.array(fc.oneof(fc.nat(3), fc.nat(1_000_000)), { minLength: 1, maxLength: 20 })

test('the parts of an amount are whole, add up to it, and are the same each time', () => {
  fc.assert(
    fc.property(amounts, weights, (total, shares) => {
      const parts = splitAmount(total, shares)
      assert.ok(parts.every((part) => Number.isSafeInteger(part) && part >= 0))
      assert.equal(
        parts.reduce((sum, part) => sum + BigInt(part), 0n),
        BigInt(total),
      )
      assert.deepEqual(splitAmount(total, shares), parts)
    }),
  )
})

test('no part is further than a unit from its share', () => {
  fc.assert(
    fc.property(amounts, weights, (total, shares) => {
      const sum = shares.reduce((all, share) => all + BigInt(share), 0n)
      if (sum === 0n) return
      for (const [index, part] of splitAmount(total, shares).entries()) {
        const floor = (BigInt(total) * BigInt(shares[index]!)) / sum
        assert.ok(BigInt(part) === floor || BigInt(part) === floor + 1n)
      }
    }),
  )
})

test('who weighs nothing gets nothing, unless all weigh nothing; of equals the earlier gets more', () => {
  assert.deepEqual(splitAmount(100, [1, 0, 1, 1]), [34, 0, 33, 33])
  assert.deepEqual(splitAmount(5, [0, 0, 0]), [2, 2, 1])
  assert.deepEqual(splitAmount(5, []), [])
})
