import fc from 'fast-check'
import * as f from '../fields/index.ts'
import { collection } from '../model/collection.ts'
import type { Field } from '../model/field.ts'
import type { Model } from '../model/model.ts'
import { modelOf } from './migration-place.ts'

/** A model as plain data, so that a counterexample can be read. */
export type ModelSpec = readonly CollectionSpec[]

export interface CollectionSpec {
  readonly name: string
  readonly renamedFrom: string | undefined
  readonly fields: readonly FieldSpec[]
  /** Positions of fields, modulo their number. */
  readonly indexes: readonly { readonly of: readonly number[]; readonly unique: boolean }[]
}

export interface FieldSpec {
  readonly name: string
  readonly renamedFrom: string | undefined
  readonly kind: Kind | 'reference' | 'links'
  readonly isOptional: boolean
  readonly hasDefault: boolean
  readonly isUnique: boolean
  readonly isSearchable: boolean
  readonly target: string
  readonly onDelete: 'restrict' | 'cascade' | 'setNull'
}

type Kind = keyof typeof builders
type AnyField = Field<any, any, any> // any: whatever it holds

const names = ['alphas', 'betas', 'gammas', 'alpha-betas'] as const
const fieldNames = ['one', 'two', 'oneTwo', 'order', 'betas'] as const

/** A builder and a value for each kind of field; the values of two records differ. */
const builders = {
  text: { make: (o: object) => f.text(o), value: (n: number) => `word ${n}` },
  integer: { make: (o: object) => f.integer(o), value: (n: number) => n + 7 },
  price: { make: (o: object) => f.decimal({ precision: 8, scale: 2, ...o }), value: (n: number) => `${n}.25` },
  amount: { make: (o: object) => f.decimal({ precision: 14, scale: 4, ...o }), value: (n: number) => `${n}.1250` },
  boolean: { make: (o: object) => f.boolean(o), value: () => true },
  number: { make: (o: object) => f.number(o), value: (n: number) => n + 0.5 },
  date: { make: (o: object) => f.date(o), value: (n: number) => `2026-03-${10 + n}` },
  instant: { make: (o: object) => f.instant(o), value: (n: number) => `2026-03-${10 + n}T09:30:00.000Z` },
  json: { make: (o: object) => f.json(o), value: (n: number) => ({ n, text: `it's` }) },
  money: { make: (o: object) => f.money(o), value: (n: number) => ({ amount: n, currency: 'EUR' }) },
} as const satisfies Record<string, { make(options: object): AnyField; value(n: number): unknown }>

const uniqueKinds: ReadonlySet<string> = new Set(['text', 'integer', 'date'])

export function anyModel(): fc.Arbitrary<ModelSpec> {
  return fc.uniqueArray(anyCollection(), { selector: (one) => one.name, minLength: 1, maxLength: 4 })
}

/** A model and a later version of it, which has much in common with it. */
export function anyTwoModels(): fc.Arbitrary<readonly [ModelSpec, ModelSpec]> {
  return fc
    .tuple(anyModel(), anyModel(), fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }))
    .map(([a, b, keeps]) => {
      let turn = 0
      const keep = () => keeps[turn++ % keeps.length]!
      const later = b.map((one) => {
        const former = a.find((other) => other.name === one.name)
        if (former === undefined) return one
        const fields = [
          ...one.fields.filter((field) => !former.fields.some((old) => old.name === field.name && keep())),
        ]
        const kept = former.fields.filter((old) => !fields.some((field) => field.name === old.name) && keep())
        return { ...one, fields: [...kept, ...fields] }
      })
      return [a, later] as const
    })
}

function anyCollection(): fc.Arbitrary<CollectionSpec> {
  return fc.record({
    name: fc.constantFrom(...names),
    renamedFrom: fc.option(fc.constantFrom(...names), { nil: undefined, freq: 3 }),
    fields: fc.uniqueArray(anyField(), { selector: (field) => field.name, maxLength: fieldNames.length }),
    indexes: fc.array(fc.record({ of: fc.array(fc.nat(9), { minLength: 1, maxLength: 2 }), unique: fc.boolean() }), {
      maxLength: 2,
    }),
  })
}

function anyField(): fc.Arbitrary<FieldSpec> {
  const kinds = Object.keys(builders) as Kind[]
  return fc.record({
    name: fc.constantFrom(...fieldNames),
    renamedFrom: fc.option(fc.constantFrom(...fieldNames), { nil: undefined, freq: 3 }),
    kind: fc.constantFrom(...kinds, 'reference' as const, 'reference' as const, 'links' as const),
    isOptional: fc.boolean(),
    hasDefault: fc.boolean(),
    isUnique: fc.boolean(),
    isSearchable: fc.boolean(),
    target: fc.constantFrom(...names),
    onDelete: fc.constantFrom('restrict', 'cascade', 'setNull'),
  })
}

/** The same without `renamedFrom`. */
export function withoutRenames(spec: ModelSpec): ModelSpec {
  return spec.map((one) => ({
    ...one,
    renamedFrom: undefined,
    fields: one.fields.map((field) => ({ ...field, renamedFrom: undefined })),
  }))
}

/** Compiles the model a specification means; what does not fit is left out of it. */
export function modelFromSpec(spec: ModelSpec): Model {
  return modelOf(...spec.map((one) => collectionFromSpec(one, spec)))
}

function collectionFromSpec(one: CollectionSpec, spec: ModelSpec) {
  const junctions = new Set(spec.map((other) => other.name.replace('-', '_')))
  const usable = one.fields.filter((field) => {
    if (field.kind === 'links')
      return isKnown(field, spec) && !junctions.has(`${one.name}_${field.name}`.replace('-', '_'))
    return field.kind !== 'reference' || isKnown(field, spec)
  })
  const fields: Record<string, AnyField> = {}
  for (const field of usable) fields[field.name] = fieldFromSpec(field)
  const indexable = usable.filter((field) => field.kind !== 'links' && field.kind !== 'json')
  const indexes = indexable.length === 0 ? [] : one.indexes.map((index) => indexFromSpec(index, indexable))
  const { name, renamedFrom } = one
  return collection(name, { fields, indexes: indexes as never, ...(renamedFrom === undefined ? {} : { renamedFrom }) })
}

function indexFromSpec({ of, unique }: CollectionSpec['indexes'][number], indexable: readonly FieldSpec[]) {
  const fields = [...new Set(of.map((position) => indexable[position % indexable.length]!))]
  const isUnique = unique && fields.every((field) => field.kind !== 'boolean') // every record has the same there
  return { fields: fields.map((field) => field.name), unique: isUnique }
}

function isKnown(field: FieldSpec, spec: ModelSpec): boolean {
  return spec.some((other) => other.name === field.target)
}

function fieldFromSpec(field: FieldSpec): AnyField {
  const renamed = field.renamedFrom === undefined ? {} : { renamedFrom: field.renamedFrom }
  if (field.kind === 'links') return f.manyToMany(field.target, renamed)
  if (field.kind === 'reference') {
    // Optional, so that no circle is required.
    const options = { optional: true, onDelete: field.onDelete, unique: field.isUnique, ...renamed } as const
    return f.reference(field.target, options as object)
  }
  const { make, value } = builders[field.kind]
  const isUnique = field.isUnique && !field.hasDefault && uniqueKinds.has(field.kind)
  return make({
    ...renamed,
    optional: field.isOptional,
    ...(isUnique ? { unique: true } : {}),
    ...(field.hasDefault ? { default: value(1) } : {}),
    ...(field.kind === 'text' && field.isSearchable ? { search: true } : {}),
    ...(field.kind === 'text' ? { max: 100 } : {}),
  })
}

/** The values of the nth record of a collection; references are left empty, and every second optional value. */
export function recordFromSpec(one: CollectionSpec, nth: number): Readonly<Record<string, unknown>> {
  const entries = one.fields.flatMap((field) => {
    if (field.kind === 'links' || field.kind === 'reference') return []
    return field.isOptional && nth % 2 === 1 ? [] : [[field.name, builders[field.kind].value(nth)] as const]
  })
  return Object.fromEntries(entries)
}
