import type { Collection, SystemFields } from './collection.ts'
import type { Field, Fields } from './field.ts'

/** Types that follow from declarations, one level deep. */

type AnyField = Field<any, any, any> // any: Field is invariant in what only the type checker sees
export type AnyCollection = Collection<string, any> // any: the base of all collections

/** Collections by their names: `{ products: Collection<'products', …> }`. */
export type CollectionMap<List extends readonly AnyCollection[]> = { readonly [C in List[number] as C['name']]: C }

type Simplify<T> = { [K in keyof T]: T[K] } & {}
type StoredNames<F extends Fields> = { [K in keyof F]: [F[K]['~out']] extends [never] ? never : K }[keyof F]
type RequiredNames<F extends Fields> = { [K in keyof F]: undefined extends F[K]['~in'] ? never : K }[keyof F]

/** What a stored record holds. */
export type RecordOf<C extends AnyCollection> = Simplify<
  SystemFields & { readonly [K in StoredNames<C['fields']>]: C['fields'][K]['~out'] }
>

/** What `create` takes. */
export type CreateInput<C extends AnyCollection> = Simplify<ValuesOf<C['fields']> & { readonly id?: string }>

/** What `update` takes: any subset; null clears an optional field. */
export type UpdateInput<C extends AnyCollection> = {
  readonly [K in keyof C['fields']]?: C['fields'][K]['~in'] | Change<C['fields'][K]>
}

/** The values of a set of fields, as an input gives them. */
export type ValuesOf<F extends Fields> = Simplify<
  { readonly [K in RequiredNames<F>]: F[K]['~in'] } & {
    readonly [K in Exclude<keyof F, RequiredNames<F>>]?: F[K]['~in']
  }
>
/** The values of a set of fields after validation, defaults filled in. */
export type ParsedValuesOf<F extends Fields> = Simplify<{ readonly [K in keyof F]: F[K]['~out'] }>

type Change<F extends AnyField> = F['~out'] extends number | null ? Increment : never

/** Adds to a number in the database, so that two changes at once both count. */
export interface Increment {
  readonly increment: number
}
/** `db.products.update(id, { stock: increment(-2) })` */
export const increment = (by: number): Increment => Object.freeze({ increment: by })

// ── where

/** A filter in the local API: `{ price: { gte: 10 }, or: [{ name: 'a' }, { name: 'b' }] }`. */
export type WhereOf<C extends AnyCollection> = {
  readonly [K in keyof C['fields']]?: FieldWhere<C['fields'][K]>
} & { readonly [K in keyof SystemFields]?: ValueWhere<SystemFields[K]> } & {
  readonly and?: readonly WhereOf<C>[]
  readonly or?: readonly WhereOf<C>[]
  readonly not?: WhereOf<C>
}

type FieldWhere<F extends AnyField> = F['~relation'] extends undefined
  ? ValueWhere<F['~out']>
  : F['~relation'] extends { readonly kind: 'reference' }
    ? ValueWhere<F['~out']> | LooseWhere
    : { readonly some?: LooseWhere; readonly none?: LooseWhere }

type Scalar<V> = V extends { readonly amount: number } ? V | number : V
export type ValueWhere<V> = Scalar<NonNullable<V>> | null | Operators<Scalar<NonNullable<V>>>
interface Operators<V> {
  readonly eq?: V | null
  readonly ne?: V | null
  readonly lt?: V
  readonly lte?: V
  readonly gt?: V
  readonly gte?: V
  readonly in?: readonly V[]
  readonly nin?: readonly V[]
  readonly null?: boolean
  readonly between?: readonly [V, V]
  readonly contains?: V extends readonly (infer E)[] ? E : string
  readonly icontains?: string
  readonly startsWith?: string
  readonly endsWith?: string
}
/** Conditions on records behind a relation; their names are checked when the query is. */
export interface LooseWhere {
  readonly [field: string]: unknown
}

// ── expand

type RelationNames<F extends Fields> = { [K in keyof F]: F[K]['~relation'] extends undefined ? never : K }[keyof F]

/** `{ category: true, reviews: { limit: 5, sort: '-createdAt', expand: { author: true } } }` */
export type ExpandOf<C extends AnyCollection> = { readonly [K in RelationNames<C['fields']>]?: true | ExpandOptions }
export interface ExpandOptions {
  /** Of a to-many relation: 1 to 100. Default 20. */
  readonly limit?: number
  readonly sort?: string | readonly string[]
  readonly fields?: readonly string[]
  readonly expand?: { readonly [relation: string]: true | ExpandOptions }
}

/** A record with the expanded relations in place of their ids. */
export type Expanded<Map, C extends AnyCollection, E> = Simplify<
  Omit<RecordOf<C>, keyof E & string> & { readonly [K in keyof E & keyof C['fields']]: RelatedOf<Map, C['fields'][K]> }
>
type RelatedOf<Map, F extends AnyField> = F['~relation'] extends {
  readonly kind: infer Kind
  readonly target: infer Target extends string
}
  ? Kind extends 'many' | 'manyToMany'
    ? readonly RecordNamed<Map, Target>[]
    : RecordNamed<Map, Target> | null
  : never
type RecordNamed<Map, Target extends string> = Target extends keyof Map
  ? Map[Target] extends AnyCollection
    ? RecordOf<Map[Target]>
    : LooseRecord
  : LooseRecord
/** A record of a collection whose declaration is not known where it is used. */
export type LooseRecord = SystemFields & { readonly [field: string]: any } // any: the price of not naming the collections
