import assert from 'node:assert/strict'
import { it } from 'node:test'
import { fieldContract } from '../testing/field.contract.ts'
import { fieldSamples } from '../testing/field-samples.ts'
import * as fields from './index.ts'

fieldContract(fieldSamples)

it('every type of field has samples', () => {
  const builders = Object.keys(fields).filter((name) => name !== 'minorUnits')
  const sampled = new Set(fieldSamples.map((sample) => sample.name.split(' ')[0]))
  assert.deepEqual(builders, [...sampled].sort())
})
