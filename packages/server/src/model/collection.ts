import type { Duration } from '../base/duration.ts'
import { isObject } from '../base/is-object.ts'
import type { Field, Fields } from './field.ts'
import type { DeepRow, Operand, ReferenceOperand, RuleInput } from './rule.ts'
import { type Tenant, type TenantDeclaration, tenantField, tenantFromDeclaration, type WithTenant } from './tenant.ts'

/** A named set of records, as declared. Plain data: importing one does nothing. */
export interface Collection<Name extends string = string, F extends Fields = Fields> {
  readonly kind: 'collection'
  readonly name: Name
  readonly fields: F
  readonly rules: Rules<any> // any: read by compileModel only, whatever the row
  readonly indexes: readonly IndexDeclaration<string>[]
  readonly description: string | undefined
  readonly renamedFrom: string | undefined
  readonly announces: boolean
  readonly cache: CacheDeclaration | undefined
  readonly tenant: Tenant | undefined
  /** What was declared and does not exist: `compileModel` refuses it. */
  readonly unknown: Readonly<Record<string, unknown>>
}

/** How answers are kept in memory. */
export interface CacheDeclaration {
  /**
   * The longest that an answer is kept: `30s`, `15m`, `12h`, `1d`. Changes that this process makes, and on SQLite those of any
   * other, empty it at once; on PostgreSQL, this is how old an answer can be after a process elsewhere has made a change.
   */
  readonly maxAge: Duration
}

export interface CollectionDefinition<
  F extends Fields,
  T extends TenantDeclaration | undefined = TenantDeclaration | undefined,
> {
  readonly fields: F
  /** Who may do what. An operation without a rule is allowed to nobody. */
  readonly rules?: Rules<RowOf<WithTenant<F, T>>>
  readonly indexes?: readonly IndexDeclaration<(keyof WithTenant<F, T> & string) | SystemFieldName>[]
  readonly description?: string
  /** Former name of the collection: its table is renamed, not dropped. */
  readonly renamedFrom?: string
  /** Writes an event for each created, updated and deleted record, in the same transaction. Default false. */
  readonly announces?: boolean
  /** Keeps answers of reads through the API in memory until something they are made from changes. Default: nothing is kept. */
  readonly cache?: CacheDeclaration
  /**
   * The collection of those the records belong to: `'organizations'`. A field `organization` is added, and every operation is for the
   * records of the tenant that the actor acts in. Values that are unique are so for each tenant.
   */
  readonly tenant?: T
}

export interface Rules<Row> {
  readonly read?: RuleInput<Row>
  readonly create?: RuleInput<Row>
  /** Must hold for the record before the change and after it. */
  readonly update?: RuleInput<Row>
  readonly delete?: RuleInput<Row>
}

export type IndexDeclaration<Name extends string> =
  | readonly Name[]
  | { readonly fields: readonly Name[]; readonly unique?: boolean }

/** What a collection may say, for whoever said something else. */
export const collectionOptions = Object.freeze([
  'fields',
  'rules',
  'indexes',
  'description',
  'renamedFrom',
  'announces',
  'cache',
  'tenant',
] as const satisfies readonly (keyof CollectionDefinition<Fields>)[])

/** Fields every record has; Galley sets them, callers read them. */
export interface SystemFields {
  /** UUIDv7 in lower case. */
  readonly id: string
  /** ISO 8601, UTC, milliseconds. */
  readonly createdAt: string
  readonly updatedAt: string
  /** 1 when created, counts up with each change. */
  readonly version: number
}
export type SystemFieldName = keyof SystemFields

/** The row a rule sees: an operand per field. */
export type RowOf<F extends Fields> = { readonly [K in SystemFieldName]: Operand<SystemFields[K]> } & {
  readonly [K in keyof F]: OperandOf<F[K]>
}
type OperandOf<X extends Field<any, any, any>> = X['~relation'] extends undefined // any: Field is invariant in what only the type checker sees
  ? Operand<X['~out']>
  : X['~relation'] extends { readonly kind: 'reference' }
    ? ReferenceOperand<X['~out']>
    : Operand<never> & DeepRow

/**
 * Declares a collection: a named set of records with their fields, rules and indexes.
 *
 * @param name  kebab-case plural (`order-items`); it is the path of the REST API and, in snake_case, the name of the table.
 */
export function collection<
  const Name extends string,
  const F extends Fields,
  const T extends TenantDeclaration | undefined = undefined,
>(name: Name, definition: CollectionDefinition<F, T>): Collection<Name, WithTenant<F, T>> {
  const {
    fields,
    rules,
    indexes = [],
    description,
    renamedFrom,
    announces = false,
    cache,
    tenant,
    ...unknown
  } = definition
  const owner = tenant === undefined ? undefined : tenantFromDeclaration(tenant)
  return Object.freeze({
    kind: 'collection',
    name,
    fields: Object.freeze({
      ...(owner === undefined ? {} : { [owner.field]: tenantField(owner) }),
      ...fields,
    }) as never,
    rules: Object.freeze({ ...rules }),
    indexes: Object.freeze([...indexes]) as readonly IndexDeclaration<string>[],
    description,
    renamedFrom,
    announces,
    cache: isObject(cache) ? Object.freeze({ ...cache }) : cache,
    tenant: owner,
    unknown: Object.freeze(unknown),
  })
}
