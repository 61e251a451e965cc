import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { parse } from '../testing/field.contract.ts'
import { email } from './email.ts'

it('addresses as they are in the wild are taken', () => {
  fc.assert(
    fc.property(fc.emailAddress(), (address) => {
      const at = address.lastIndexOf('@')
      assert.equal(parse(email(), address).value, address.slice(0, at) + address.slice(at).toLowerCase())
    }),
  )
})

it('the longest nonsense is refused in no time', () => {
  const nonsense = [
    'a.'.repeat(100_000),
    `${'a'.repeat(60)}@${'a-'.repeat(90)}`,
    `${'a.'.repeat(31)}@${'a.'.repeat(90)}!`,
  ]
  const startMs = performance.now()
  for (const text of nonsense) assert.notDeepEqual(parse(email(), text).issues, [])
  assert.ok(performance.now() - startMs < 1_000)
})
