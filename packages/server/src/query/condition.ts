import type { CompareOp } from '../model/rule.ts'
import type { ColumnType } from '../ports/database.ts'

/**
 * A predicate over the rows of one collection, checked and bound: names are known, values are numbered slots (`Values`).
 *
 * Plain data with nothing of one request in it, so that its JSON text identifies the SQL made from it.
 * Logic has two values: a comparison with null is false.
 */
export type Condition =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'and'; readonly of: readonly Condition[] }
  | { readonly kind: 'or'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'compare'; readonly op: CompareOp; readonly column: ColumnRef; readonly slot: number }
  | { readonly kind: 'compareColumns'; readonly op: CompareOp; readonly left: ColumnRef; readonly right: ColumnRef }
  | { readonly kind: 'isNull'; readonly column: ColumnRef }
  /** The list in `column` has one of the elements in `slot`. */
  | { readonly kind: 'hasAny'; readonly column: ColumnRef; readonly slot: number }
  /** At least one record behind the relation satisfies `of`. For references that is the record referred to. */
  | { readonly kind: 'related'; readonly collection: string; readonly field: string; readonly of: Condition }
  /** There is a record of `collection` with the id in `slot` that satisfies `of`, whatever the row. */
  | { readonly kind: 'exists'; readonly collection: string; readonly slot: number; readonly of: Condition }
  /** The row is connected by the relation `field` of `collection` to the record whose id is in `slot`. */
  | {
      readonly kind: 'reachedFrom'
      readonly collection: string
      readonly field: string
      readonly slot: number
      readonly of: Condition
    }

export interface ColumnRef {
  readonly column: string
  readonly type: ColumnType
  /** Where the value is in the JSON form of a record: `['price', 'amount']`. */
  readonly path: readonly string[]
}

export const always: Condition = Object.freeze({ kind: 'constant', value: true })
export const never: Condition = Object.freeze({ kind: 'constant', value: false })

/** All of them; constants are folded. */
export function allOf(conditions: readonly Condition[]): Condition {
  const rest = conditions.filter((condition) => !isAlways(condition))
  if (rest.some(isNever)) return never
  if (rest.length <= 1) return rest[0] ?? always
  return { kind: 'and', of: rest }
}

/** At least one of them; none of no conditions. */
export function anyOf(conditions: readonly Condition[]): Condition {
  const rest = conditions.filter((condition) => !isNever(condition))
  if (rest.some(isAlways)) return always
  if (rest.length <= 1) return rest[0] ?? never
  return { kind: 'or', of: rest }
}

export function negate(condition: Condition): Condition {
  if (condition.kind === 'constant') return condition.value ? never : always
  if (condition.kind === 'not') return condition.of
  return { kind: 'not', of: condition }
}

/** At least one record behind the relation satisfies `of`. */
export function relatedTo(collection: string, field: string, of: Condition): Condition {
  return isNever(of) ? never : { kind: 'related', collection, field, of }
}

export function isAlways(condition: Condition): boolean {
  return condition.kind === 'constant' && condition.value
}

export function isNever(condition: Condition): boolean {
  return condition.kind === 'constant' && !condition.value
}

/** Whether it speaks of the row's own columns only, so that it can be evaluated without a database. */
export function isLocal(condition: Condition): boolean {
  if (condition.kind === 'related' || condition.kind === 'reachedFrom' || condition.kind === 'exists') return false
  if (condition.kind === 'and' || condition.kind === 'or') return condition.of.every(isLocal)
  return condition.kind !== 'not' || isLocal(condition.of)
}
