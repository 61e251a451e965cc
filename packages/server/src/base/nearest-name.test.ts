import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearestName } from './nearest-name.ts'

const names = ['cache', 'rules', 'fields', 'indexes', 'port', 'workers']

test('a name with letters wrong, missing, too many, swapped or in the wrong case is found', () => {
  for (const [wrong, meant] of [
    ['cach', 'cache'],
    ['chace', 'cache'],
    ['Cache', 'cache'],
    ['worker', 'workers'],
    ['index', 'indexes'],
    ['feilds', 'fields'],
    ['prot', 'port'],
  ])
    assert.equal(nearestName(wrong!, names), meant)
})

test('a name that is like none is not guessed', () => {
  for (const wrong of ['', 'kept', 'po', 'sort-by', 'ttl']) assert.equal(nearestName(wrong, names), undefined, wrong)
})
