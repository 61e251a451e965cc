import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { it } from 'node:test'
import fc from 'fast-check'
import { realText } from './real-text.ts'

it('every number is read back from its text, in SQL and in JSON', () => {
  const database = new DatabaseSync(':memory:')
  const fromJson = database.prepare('select value = ? as same from json_each(?)')
  const anyNumber = fc.double({ noNaN: true, noDefaultInfinity: true })
  const known = [277001936072249100, 5141313074024086000, 1e23, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308]
  fc.assert(
    fc.property(fc.oneof(anyNumber, fc.constantFrom(...known)), (value) => {
      const text = realText(value)
      assert.equal(fromJson.get(value, `[${text}]`)?.same, 1)
      assert.equal(database.prepare(`select ${text} = ? as same`).get(value)?.same, 1)
    }),
    { numRuns: 2000 },
  )
  database.close()
})
