import { collection } from '../model/collection.ts'
import type { Field } from '../model/field.ts'
import type { CreateInput, RecordOf, UpdateInput } from '../model/infer.ts'
import { eq } from '../model/rule.ts'
import * as f from './index.ts'

/** Compiled, never run: what the types of fields promise. */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type Expect<T extends true> = T
type Is<F extends Field<any, any, any>, Out, In> = Equal<readonly [F['~out'], F['~in']], readonly [Out, In]> // any: whatever field

// ── one value
const plain = f.text()
const optional = f.text({ optional: true, max: 10 })
const withDefault = f.text({ default: 'a' })
const withDefaultFunction = f.text({ default: ({ actor, now }) => actor.id ?? now })
const optionalWithDefault = f.text({ optional: true, default: 'a' })
const ruled = f.text({
  read: ({ row, actor }) => eq(row.owner!, actor.id),
  write: ({ actor }) => actor.hasRole('staff'),
})
export type Texts = [
  Expect<Is<typeof plain, string, string>>,
  Expect<Is<typeof optional, string | null, string | null | undefined>>,
  Expect<Is<typeof withDefault, string, string | undefined>>,
  Expect<Is<typeof withDefaultFunction, string, string | undefined>>,
  Expect<Is<typeof optionalWithDefault, string | null, string | null | undefined>>,
  Expect<Is<typeof ruled, string, string>>,
]

// ── each type
const status = f.choice(['a', 'b'])
const statusWithDefault = f.choice(['a', 'b'], { default: 'a', description: 'x' })
const exact = f.decimal({ scale: 3 })
const anything = f.json({ optional: true })
const derived = f.slug({ from: 'name' })
const given = f.slug()
const price = f.money()
const priceInEuro = f.money({ currency: 'EUR' })
const tags = f.list(f.text(), { max: 10 })
const optionalChoices = f.list(f.choice(['a', 'b']), { optional: true })
const size = f.object({
  width: f.integer(),
  unit: f.choice(['mm', 'in'], { default: 'mm' }),
  note: f.text({ optional: true }),
})
const shipTo = f.address({ optional: true })
interface Size {
  readonly width: number
  readonly unit: 'mm' | 'in'
  readonly note: string | null
}
interface SizeInput {
  readonly width: number
  readonly unit?: 'mm' | 'in' | undefined
  readonly note?: string | null | undefined
}
export type Types = [
  Expect<Is<typeof status, 'a' | 'b', 'a' | 'b'>>,
  Expect<Is<typeof statusWithDefault, 'a' | 'b', 'a' | 'b' | undefined>>,
  Expect<Is<typeof exact, string, string | number>>,
  Expect<Is<typeof anything, f.Json | null, f.Json | null | undefined>>,
  Expect<Is<typeof derived, string, string | undefined>>,
  Expect<Is<typeof given, string, string>>,
  Expect<Is<typeof price, f.Money, f.Money>>,
  Expect<Is<typeof priceInEuro, f.Money, { readonly amount: number; readonly currency?: string }>>,
  Expect<Is<typeof tags, readonly string[], readonly string[]>>,
  Expect<Is<typeof optionalChoices, readonly ('a' | 'b')[] | null, readonly ('a' | 'b')[] | null | undefined>>,
  Expect<
    Equal<
      { -readonly [K in keyof (typeof size)['~out']]: (typeof size)['~out'][K] },
      { -readonly [K in keyof Size]: Size[K] }
    >
  >,
  Expect<SizeInput extends (typeof size)['~in'] ? true : false>,
  Expect<(typeof size)['~in'] extends SizeInput ? true : false>,
  Expect<Is<typeof shipTo, f.Address | null, f.AddressInput | null | undefined>>,
]

// ── relations
const category = f.reference('categories', { onDelete: 'setNull', optional: true })
const owner = f.reference('users', { default: ({ actor }) => actor.id })
const reviews = f.many('reviews', { by: 'product' })
const profile = f.one('profiles')
const labels = f.manyToMany('tags')
export type Relations = [
  Expect<Is<typeof category, string | null, string | null | undefined>>,
  Expect<Is<typeof owner, string, string | undefined>>,
  Expect<Is<typeof reviews, never, undefined>>,
  Expect<Is<typeof profile, never, undefined>>,
  Expect<Is<typeof labels, never, readonly string[] | undefined>>,
  Expect<Equal<(typeof category)['~relation'], { readonly kind: 'reference'; readonly target: 'categories' }>>,
  Expect<Equal<(typeof reviews)['~relation'], { readonly kind: 'many'; readonly target: 'reviews' }>>,
  Expect<Equal<(typeof profile)['~relation'], { readonly kind: 'one'; readonly target: 'profiles' }>>,
  Expect<Equal<(typeof labels)['~relation'], { readonly kind: 'manyToMany'; readonly target: 'tags' }>>,
  Expect<Equal<(typeof plain)['~relation'], undefined>>,
]

// ── in a collection
const products = collection('products', {
  fields: {
    name: f.text({ max: 200, search: true }),
    slug: f.slug({ from: 'name' }),
    price: f.money({ read: ({ actor }) => actor.hasRole('staff') }),
    status: f.choice(['draft', 'live'], { default: 'draft' }),
    category: f.reference('categories'),
    reviews: f.many('reviews'),
    tags: f.manyToMany('tags'),
  },
  rules: { read: ({ row }) => eq(row.status, 'live') },
})
export type InCollection = [
  Expect<
    Equal<
      keyof RecordOf<typeof products>,
      'id' | 'createdAt' | 'updatedAt' | 'version' | 'name' | 'slug' | 'price' | 'status' | 'category'
    >
  >,
  Expect<Equal<RecordOf<typeof products>['status'], 'draft' | 'live'>>,
]
const leastInput: CreateInput<typeof products> = { name: 'a', price: { amount: 1, currency: 'EUR' }, category: 'id' }
const changes: UpdateInput<typeof products> = { tags: ['id'], status: 'live' }
export const inputs = [leastInput, changes]

// ── what does not compile
export const mistakes = () => [
  // @ts-expect-error a misspelt option
  f.text({ max: 10, optinal: true }),
  // @ts-expect-error an option of another type
  f.boolean({ max: 10 }),
  // @ts-expect-error a default of another type
  f.text({ default: 3 }),
  // @ts-expect-error a default function of another type
  f.integer({ default: () => 'a' }),
  // @ts-expect-error a default that is not among the values
  f.choice(['a', 'b'], { default: 'c' }),
  // @ts-expect-error a rule is never a boolean
  f.text({ read: true }),
  // @ts-expect-error the default of a list holds items of its type
  f.list(f.text(), { default: [1] }),
  // @ts-expect-error the default of an object has all its members
  f.object({ width: f.integer() }, { default: {} }),
  // @ts-expect-error the default of money has an amount
  f.money({ default: { currency: 'EUR' } }),
  // @ts-expect-error there is no such onDelete
  f.reference('a', { onDelete: 'ignore' }),
  // @ts-expect-error the far side of a relation has no default
  f.many('a', { default: [] }),
]
// @ts-expect-error a required field is missing
export const incomplete: CreateInput<typeof products> = { name: 'a', category: 'id' }
// @ts-expect-error the far side of a relation is not written
export const farSide: CreateInput<typeof products> = { ...leastInput, reviews: ['id'] }
