import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Field } from '../model/field.ts'
import * as f from './index.ts'

/** Options that make no sense, and what is said about them. */
const mistakes: readonly (readonly [what: string, field: () => Field<any, any, any>, sentence: RegExp])[] = [
  // any: whatever field
  ['min above max', () => f.text({ min: 5, max: 4 }), /min is above max/],
  ['min above the default max', () => f.text({ min: 1001 }), /min is above max/],
  ['a negative length', () => f.text({ min: -1 }), /min must be a whole number from 0/],
  ['a fraction of a character', () => f.text({ max: 1.5 }), /max must be a whole number/],
  ['no number', () => f.text({ max: Number.NaN }), /max must be a whole number/],
  ['a pattern with a flag', () => f.text({ pattern: /a/i }), /flags .* has i/],
  ['a pattern that is not valid with u', () => f.text({ pattern: /{/ }), /not valid with the flag u/],
  ['a pattern for long texts', () => f.text({ pattern: /a/, max: 20_000 }), /with a pattern has at most 10000/],
  ['unique long texts', () => f.text({ unique: true, max: 601 }), /unique text has at most 600/],
  ['searchable long texts', () => f.text({ search: true, max: 100_001 }), /searchable text has at most 100000/],
  ['unique with a constant default', () => f.text({ unique: true, default: 'a' }), /same default would be refused/],
  ['a URL without protocols', () => f.url({ protocols: [] }), /at least one/],
  ['a protocol with colon', () => f.url({ protocols: ['https:'] }), /https: must be written/],
  ['a slug too short to be counted', () => f.slug({ max: 5 }), /max must be a whole number from 16/],
  ['an integer with min above max', () => f.integer({ min: 2, max: 1 }), /min is above max/],
  ['an integer with a fraction as bound', () => f.integer({ min: 0.5 }), /min must be a whole number/],
  ['a number without end', () => f.number({ max: Number.POSITIVE_INFINITY }), /max must be a finite number/],
  ['a decimal of too many digits', () => f.decimal({ precision: 19 }), /precision must be a whole number from 1 to 18/],
  ['a negative scale', () => f.decimal({ scale: -1 }), /scale must be a whole number from 0/],
  ['a scale above the precision', () => f.decimal({ precision: 2, scale: 3 }), /scale must be .* from 0 to 2/],
  ['a bound that is no decimal', () => f.decimal({ min: 'a' }), /min is not a decimal/],
  ['a bound of too many digits', () => f.decimal({ max: '1.001' }), /max is not a decimal/],
  ['a decimal with min above max', () => f.decimal({ min: '10', max: '9' }), /min is above max/],
  ['a choice of nothing', () => f.choice([]), /at least one value/],
  ['a value listed twice', () => f.choice(['a', 'b', 'a']), /value a is listed twice/],
  ['an empty value', () => f.choice(['a', '']), /1 to 100 characters/],
  ['JSON of no size', () => f.json({ maxBytes: 0 }), /maxBytes must be a whole number/],
  ['unique JSON', () => f.json({ unique: true }), /json cannot be unique/],
  ['unique money', () => f.money({ unique: true }), /money cannot be unique/],
  ['a currency that does not exist', () => f.money({ currency: 'EURO' }), /no currency EURO/],
  ['money with min above max', () => f.money({ min: 2, max: 1 }), /amount: The option min is above max/],
  ['a list that is never full', () => f.list(f.text(), { min: 3, max: 2 }), /min is above max/],
  ['a list of relations', () => f.list(f.reference('users')), /item cannot be a relation/],
  ['a list of lists', () => f.list(f.list(f.text())), /list of lists/],
  ['a list of unique items', () => f.list(f.slug()), /item cannot be told unique/],
  ['a list of optional items', () => f.list(f.text({ optional: true })), /cannot be optional/],
  ['a list of items with a default', () => f.list(f.text({ default: 'a' })), /cannot have a default/],
  ['a list of wrong items', () => f.list(f.text({ min: 5, max: 4 })), /^An item: The option min is above max/],
  ['an object of nothing', () => f.object({}), /at least one member/],
  ['a private member', () => f.object({ a: f.text({ private: true }) }), /member a cannot be told private/],
  [
    'a member with a rule',
    () => f.object({ a: f.text({ read: ({ actor }) => actor.hasRole('x') }) }),
    /cannot be told read/,
  ],
  ['a searchable member', () => f.object({ a: f.text({ search: true }) }), /member a cannot be searched/],
  ['a relation as member', () => f.object({ a: f.many('reviews') }), /member a cannot be a relation/],
  ['a made member', () => f.object({ a: f.slug({ from: 'b', unique: false }) }), /cannot be made from another/],
  ['a member with a default function', () => f.object({ a: f.text({ default: () => 'a' }) }), /must be a value/],
  [
    'a member with a refused default',
    () => f.object({ a: f.integer({ default: 1, min: 2 }) }),
    /default .* must be at least 2/,
  ],
  ['a member with a wrong name', () => f.object({ 'a-b': f.text() }), /camelCase/],
  ['a member with a name of JavaScript', () => f.object({ constructor: f.text() }), /name constructor is reserved/],
  ['a required reference that is cleared', () => f.reference('users', { onDelete: 'setNull' }), /must be optional/],
]

describe('options that make no sense', () => {
  for (const [what, field, sentence] of mistakes) {
    it(`${what} is told by one sentence, and nothing is thrown`, () => {
      const problems = field().type.problems ?? []
      assert.equal(problems.length, 1, JSON.stringify(problems))
      assert.match(String(problems[0]), sentence)
      assert.match(String(problems[0]), /\.$/)
    })
  }
})

it('no number given as an option makes a declaration throw', () => {
  const limit = fc.option(fc.oneof(fc.double(), fc.integer({ min: -5, max: 25 })), { nil: undefined })
  fc.assert(
    fc.property(limit, limit, limit, limit, (min, max, precision, scale) => {
      const bounds = { min, max, default: 1 }
      f.integer(bounds)
      f.number(bounds)
      f.text({ min, max, default: 'a' })
      f.slug({ max, default: 'a' })
      f.json({ maxBytes: max, default: 'a' })
      f.list(f.text(), { min, max, default: ['a'] })
      f.money({ min, max, default: { amount: 1 } })
      f.decimal({ ...bounds, precision, scale })
    }),
  )
})

describe('defaults', () => {
  it('a constant is kept in its canonical form', () => {
    assert.equal(f.decimal({ default: 7 }).options.default, '7.00')
    assert.deepEqual(f.money({ currency: 'EUR', default: { amount: 0 } }).options.default, {
      amount: 0,
      currency: 'EUR',
    })
  })
  it('one that is refused stays, for the compiler to tell with its path', () => {
    assert.equal(f.integer({ default: 0.5 }).options.default, 0.5)
  })
  it('a function stays a function', () => {
    const now = () => '2026-03-01T09:30:00Z'
    assert.equal(f.instant({ default: now }).options.default, now)
  })
})

describe('options meant for one type only', () => {
  it('a slug is unique unless it is told not to be', () => {
    assert.equal(f.slug().options.unique, true)
    assert.equal(f.slug({ unique: false }).options.unique, false)
  })
  it('unique items of a list do not make the list unique among records', () => {
    assert.equal(f.list(f.text(), { unique: true }).options.unique, undefined)
  })
  it('a unique text is short enough to be indexed by every database', () => {
    assert.deepEqual(f.text({ unique: true }).type.shape, { ...f.text().type.shape, maxLength: 600 })
  })
})
