import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { parse } from '../testing/field.contract.ts'
import { instant } from './instant.ts'

it('an instant written with any offset is the same moment in UTC', () => {
  const inRange = fc.date({
    min: new Date('0001-01-03T00:00:00Z'),
    max: new Date('9999-12-29T00:00:00Z'),
    noInvalidDate: true,
  })
  fc.assert(
    fc.property(inRange, fc.integer({ min: -1439, max: 1439 }), (moment, offsetMinutes) => {
      const local = new Date(moment.getTime() + offsetMinutes * 60_000).toISOString().slice(0, -1)
      const [hours, minutes] = [Math.trunc(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60]
      const offset = `${offsetMinutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`
      assert.equal(parse(instant(), local + offset).value, moment.toISOString())
    }),
  )
})
