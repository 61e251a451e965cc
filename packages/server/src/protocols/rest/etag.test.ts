import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entityTags, isKnown, isWanted, textTag, versionTag } from './etag.ts'

test('a list of tags is read, weak and strong, or a star', () => {
  assert.equal(entityTags(' * ', 'If-Match'), '*')
  assert.deepEqual(entityTags('"1", W/"a,b" ,"",', 'If-Match'), [
    { isWeak: false, tag: '"1"' },
    { isWeak: true, tag: '"a,b"' },
    { isWeak: false, tag: '""' },
  ])
})

test('what is no list of tags is refused', () => {
  for (const value of ['', '3', '"3', '"3" "4"', '"1",x', '*,"1"', 'w/"1"', '"a b"', ','])
    assert.throws(() => entityTags(value, 'If-Match'), { code: 'rest_precondition_malformed' }, value)
})

test('If-None-Match compares weakly, If-Match strongly', () => {
  assert.equal(isKnown('W/"3"', '"3"'), true)
  assert.equal(isWanted('W/"3"', '"3"'), false)
  assert.equal(isWanted('"2", "3"', '"3"'), true)
  assert.equal(isKnown('*', '"3"'), true)
  assert.equal(isWanted('*', '"3"'), true)
  assert.equal(isKnown('"33"', '"3"'), false)
})

test('without the headers nothing is known and everything wanted', () => {
  assert.equal(isKnown(undefined, '"3"'), false)
  assert.equal(isWanted(undefined, '"3"'), true)
})

test('different texts have different tags, all of them valid', () => {
  assert.equal(versionTag(3), '"3"')
  assert.notEqual(textTag('a'), textTag('b'))
  assert.equal(entityTags(textTag('ü'), 'If-Match').length, 1)
})
