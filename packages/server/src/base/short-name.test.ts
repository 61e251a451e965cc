import assert from 'node:assert/strict'
import { it } from 'node:test'
import { shortName } from './short-name.ts'

it('leaves names of up to 63 characters as they are', () => {
  assert.equal(shortName('orders_customer_fk'), 'orders_customer_fk')
  assert.equal(shortName('a'.repeat(63)), 'a'.repeat(63))
})

it('tells long names apart that begin alike', () => {
  const [a, b] = [shortName(`${'a'.repeat(80)}_fk`), shortName(`${'a'.repeat(80)}_idx`)]
  assert.notEqual(a, b)
  assert.deepEqual([a.length, b.length], [63, 63])
  assert.equal(a, shortName(`${'a'.repeat(80)}_fk`))
})
