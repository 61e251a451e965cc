import type { ColumnType } from '../ports/database.ts'
import type { Actor } from './actor.ts'
import type { Operator } from './operator.ts'
import type { AnyRow, RuleInput } from './rule.ts'
import type { Shape } from './shape.ts'

/**
 * One typed value of a record, as declared. `~out`, `~in` and `~relation` exist for the type checker only.
 *
 * - `Out` is what a record holds; `never` for the far side of a relation, which is there only when expanded.
 * - `In` is what an input takes; it includes `undefined` when it may be left out.
 */
export interface Field<Out = unknown, In = unknown, Relation extends RelationType = RelationType> {
  readonly type: FieldType
  readonly options: FieldOptions
  readonly '~out': Out
  readonly '~in': In
  readonly '~relation': Relation
}

export type RelationType = undefined | { readonly kind: RelationKind; readonly target: string }
export type RelationKind = 'reference' | 'one' | 'many' | 'manyToMany'

export type Fields = Readonly<Record<string, Field<any, any, any>>> // any: Field is invariant in what only the type checker sees

/** What every field can be told, whatever its type. */
export interface FieldOptions<Value = any> {
  // any: the base of options whose value type is not known yet
  /** May be null or left out. Default false. */
  readonly optional?: boolean
  /** Used on create when the input has no value. A function is called per record. */
  readonly default?: Value | ((context: DefaultContext) => Value)
  /** No two records hold the same value. Nulls do not count. Default false. */
  readonly unique?: boolean
  /** Set on create, never changed afterwards. Default false. */
  readonly immutable?: boolean
  /** Never crosses the border, in either direction: only `asSystem(db)` reads and writes it. Default false. */
  readonly private?: boolean
  /** Who may read the field; for anyone else it does not exist. Default: whoever may read the record. */
  readonly read?: RuleInput<AnyRow>
  /** Who may set the field. Default: whoever may create or update the record. */
  readonly write?: RuleInput<AnyRow>
  readonly description?: string
  /** Former name: the migration renames the column instead of dropping one and adding another. */
  readonly renamedFrom?: string
}

export interface DefaultContext {
  readonly actor: Actor
  /** Now, as an ISO 8601 instant. */
  readonly now: string
}

/** The behaviour of a kind of field: the one thing `fields/` knows and everything else asks. */
export interface FieldType {
  /** For messages and docs; nothing decides by it. */
  readonly name: string
  readonly shape: Shape
  /**
   * How it rests. One column without `key` holds the whole value; several columns each hold one `key` of an object value,
   * and the first is the one that is compared, sorted and aggregated. None: nothing rests here (the far side of a relation).
   */
  readonly columns: readonly ColumnPart[]
  readonly operators: readonly Operator[]
  /**
   * Checks a value in its JSON form and returns its canonical form (trimmed, normalized, in UTC …), which is JSON too.
   * Null and undefined never arrive here. Problems go to `report`; what is returned then is not used.
   */
  parse(value: unknown, report: Report): unknown
  /**
   * Reads a value as people write it in a table (`12.50 EUR`) and gives its JSON form; undefined when it is not one.
   * Left out: the shape decides.
   */
  fromText?(text: string): unknown
  /** Can be searched by words (`search: true`). */
  readonly isSearchable?: boolean
  /** The range a value is compared in may be asked of numbers only. Aggregates: sum and avg are possible. */
  readonly isSummable?: boolean
  /** The member of which all must be the same where values are added: the currency of amounts. */
  readonly addedWithin?: string
  readonly relation?: RelationDeclaration
  /** It is an access list, which `allows` asks: its levels, from the least to the most. */
  readonly accessLevels?: readonly string[]
  /** Makes a value from the others when none is given on create; `attempt` counts up when the former one was taken. */
  derive?(values: Readonly<Record<string, unknown>>, attempt: number): unknown
  /** Names of sibling fields that the options speak of, for `compileModel` to check. */
  readonly siblings?: readonly string[]
  /** What is wrong with the options themselves, as sentences (`min is above max`). */
  readonly problems?: readonly string[]
}

/** Tells a problem of a value. `path` is relative to the field: `['city']`, `[0, 'name']`. */
export type Report = (
  code: string,
  message: string,
  params?: Readonly<Record<string, unknown>>,
  path?: readonly (string | number)[],
) => void

export interface ColumnPart {
  /** Which member of an object value rests here. */
  readonly key?: string
  /** Appended to the column's name: `price` + `currency` = `price_currency`. */
  readonly suffix?: string
  readonly type: ColumnType
}

export type RelationDeclaration =
  | { readonly kind: 'reference'; readonly target: string; readonly onDelete: OnDelete }
  /** The far side of a reference; `by` names that reference, undefined when there is only one. */
  | { readonly kind: 'many' | 'one'; readonly target: string; readonly by: string | undefined }
  /** `by` names the field of the target that owns the junction; undefined when this one does. */
  | { readonly kind: 'manyToMany'; readonly target: string; readonly by: string | undefined }

export type OnDelete = 'restrict' | 'cascade' | 'setNull'

/** Makes a field of a type and its options: the only way a builder in `fields/` ends. */
export function makeField<Out, In, Relation extends RelationType = undefined>(
  type: FieldType,
  options: FieldOptions,
): Field<Out, In, Relation> {
  return Object.freeze({ type: Object.freeze(type), options: Object.freeze({ ...options }) }) as unknown as Field<
    Out,
    In,
    Relation
  >
}

/** A field that holds a value of its own and is no relation. */
export type ValueField<Out, In> = Field<Out, In, undefined>
/** The field a builder returns for values of `Value` under options `O`. */
export type FieldOf<Value, O> = ValueField<OutputOf<Value, O>, InputOf<Value, O>>
export type OutputOf<Value, O> = O extends { readonly optional: true } ? Value | null : Value
export type InputOf<Value, O> = O extends { readonly optional: true }
  ? Value | null | undefined
  : O extends { readonly default: unknown }
    ? Value | undefined
    : Value
