import type { CollectionModel } from '../model/model.ts'
import type { Sql } from '../ports/database.ts'
import { sql } from '../ports/sql.ts'
import type { Seek, SortTerm } from '../query/plan.ts'
import { expressionSql } from './expression-sql.ts'
import type { Scope } from './scope.ts'
import { slotSql } from './slot.ts'

/**
 * Rows that come after the one whose sort values are in the slots, in the order of `sort` (which is already turned round
 * when reading backwards). Nulls are smallest.
 *
 * Given as conditions of which each row satisfies one at most, and each of which is one stretch of an index: together they are
 * none, where the two directions of a sort, or its nulls, are on both sides of the row.
 */
export function seekSql(seek: Seek, sort: readonly SortTerm[], scope: Scope, rank?: Sql): readonly Sql[] {
  const terms = sort.map(({ expression, ...term }, index) => {
    const slot = seek.slots[index]
    return {
      ...term,
      value: expressionSql(expression, scope, rank),
      parameter: slot === undefined ? undefined : slotSql(slot, term.type, scope.dialect),
    }
  })
  return stretches(terms)
}

/** Whether an index may know the order of these rows; if none does, each stretch would be a look at every row. */
export function mayBeInOrder([first]: readonly SortTerm[], collection: CollectionModel): boolean {
  if (first?.expression.kind !== 'column' || first.expression.when !== undefined) return false
  const name = first.expression.column.path[0]!
  const field = collection.fields.get(name)
  if (field?.isUnique === true || field?.relation !== undefined) return true
  return collection.indexes.some((index) => index.fields.includes(name))
}

interface Term {
  readonly direction: 'asc' | 'desc'
  readonly isNullable: boolean
  readonly value: Sql
  /** Undefined for null. */
  readonly parameter: Sql | undefined
}

function stretches(terms: readonly Term[]): readonly Sql[] {
  const [first, ...rest] = terms
  if (first === undefined) return []
  if (isOneStretch(terms)) return [rowComparison(terms)]
  const equal = first.parameter === undefined ? sql`${first.value} is null` : sql`${first.value} = ${first.parameter}`
  return [...stretches(rest).map((stretch) => sql`${equal} and ${stretch}`), ...beyond(first)]
}

/** A row comparison passes over nulls, which is right where they come before. */
function isOneStretch(terms: readonly Term[]): boolean {
  const { direction } = terms[0]!
  return terms.every(
    (term) => term.direction === direction && term.parameter !== undefined && (direction === 'asc' || !term.isNullable),
  )
}

function rowComparison(terms: readonly Term[]): Sql {
  const values = sql.join(terms.map(({ value }) => value))
  const parameters = sql.join(terms.map(({ parameter }) => parameter!))
  return sql`(${values}) ${terms[0]!.direction === 'asc' ? sql`>` : sql`<`} (${parameters})`
}

function beyond({ direction, isNullable, value, parameter }: Term): readonly Sql[] {
  if (parameter === undefined) return direction === 'asc' ? [sql`${value} is not null`] : []
  if (direction === 'asc') return [sql`${value} > ${parameter}`]
  return [sql`${value} < ${parameter}`, ...(isNullable ? [sql`${value} is null`] : [])]
}
