import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { slug } from './slug.ts'
import { slugFromText } from './slug-from-text.ts'

const pattern = /^[a-z0-9]+(-[a-z0-9]+)*$/

describe('a slug made from a text', () => {
  const examples = {
    'Green Tea, 100 g': 'green-tea-100-g',
    'Crème brûlée': 'creme-brulee',
    'Straße & Öl': 'strasse-and-ol',
    'Ærøskøbing Œuvre Łódź Đặng': 'aeroskobing-oeuvre-lodz-dang',
    "Kid's and kid’s": 'kids-and-kids',
    'İstanbul Iğdır': 'istanbul-igdir',
    'ﬁne №5 ½ ²': 'fine-no5-1-2-2',
    '  --a__b--  ': 'a-b',
    緑茶: '',
    '': '',
  }
  for (const [text, expected] of Object.entries(examples)) {
    it(`${JSON.stringify(text)} becomes ${JSON.stringify(expected)}`, () => assert.equal(slugFromText(text), expected))
  }
})

describe('a slug that was not given', () => {
  const derive = slug({ from: 'name', max: 20 }).type.derive!

  it('is made from its field, and counted up while it is taken', () => {
    const made = [0, 1, 2, 3, 4].map((attempt) => derive({ name: 'Green Tea' }, attempt))
    assert.deepEqual(made, ['green-tea', 'green-tea-2', 'green-tea-3', 'green-tea-4', 'green-tea-5'])
  })
  it('gets a random ending after four attempts', () => {
    assert.match(String(derive({ name: 'Green Tea' }, 5)), /^green-tea-[0-9a-f]{8}$/)
    assert.notEqual(derive({ name: 'Green Tea' }, 5), derive({ name: 'Green Tea' }, 5))
  })
  it('is random when the field has no letter to use, or is not there', () => {
    for (const name of ['緑茶', '', null, undefined, { a: 1 }])
      assert.match(String(derive({ name }, 0)), /^[0-9a-f]{8}$/)
  })
  it('is never longer than allowed and always a slug', () => {
    const anyName = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ maxLength: 60 }), fc.double())
    fc.assert(
      fc.property(anyName, fc.nat(8), (name, attempt) => {
        const made = String(derive({ name }, attempt))
        assert.match(made, pattern)
        assert.ok(made.length <= 20, made)
      }),
    )
  })
  it('without from there is nothing to make it of', () => assert.equal(slug().type.derive, undefined))
  it('names its field for the compiler to check', () =>
    assert.deepEqual(slug({ from: 'name' }).type.siblings, ['name']))
})
