import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '../../base/id.ts'
import { placeOfRow, Touched } from './touched.ts'

test('many rows become all of them, so that a long transaction holds no list of what it did', () => {
  const touched = new Touched()
  for (let count = 0; count < 10_000; count += 1) touched.addRow('tags', newId())
  assert.deepEqual([...touched.collections], [['tags', 'all']])
  touched.addRow('tags', newId())
  assert.deepEqual([...touched.collections], [['tags', 'all']])
})

test('a row has its place in upper and in lower case, and places are spread evenly', () => {
  const id = newId()
  assert.equal(placeOfRow(id.toUpperCase()), placeOfRow(id))
  const places = new Set(Array.from({ length: 4_096 }, () => placeOfRow(newId())))
  assert.ok(places.size > 2_300, `${places.size} of 4 096`)
})
