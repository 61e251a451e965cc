import { sql } from 'kysely'
import type { Sql } from '../ports/database.ts'
import type { Seek, SortTerm } from '../query/plan.ts'
import { expressionSql } from './expression-sql.ts'
import type { Scope } from './scope.ts'
import { slotSql } from './slot.ts'

export function orderSql(sort: readonly SortTerm[], scope: Scope, rank?: Sql): Sql {
  return sql.join(
    sort.map((term) =>
      scope.dialect.orderBy(expressionSql(term.expression, scope, rank), term.direction, term.isNullable),
    ),
  )
}

/**
 * Rows that come after the one whose sort values are in the slots, in the order of `sort` (which is already turned round
 * when reading backwards). Nulls are smallest.
 */
export function seekSql(seek: Seek, sort: readonly SortTerm[], scope: Scope, rank?: Sql): Sql {
  const terms = sort.map((term, index) => ({
    term,
    value: expressionSql(term.expression, scope, rank),
    slot: seek.slots[index],
  }))
  if (isUniform(sort)) {
    // One row comparison reads the index from the right place on; it needs one direction and no nulls.
    const values = sql.join(terms.map(({ value }) => value))
    const slots = sql.join(terms.map(({ term, slot }) => slotSql(slot!, term.type, scope.dialect)))
    return sql`(${values}) ${sort[0]!.direction === 'asc' ? sql`>` : sql`<`} (${slots})`
  }
  const alternatives = terms.map((_last, position) => {
    const equals = terms
      .slice(0, position)
      .map(({ term, value, slot }) =>
        slot === undefined ? sql`${value} is null` : sql`${value} = ${slotSql(slot, term.type, scope.dialect)}`,
      )
    return sql`(${sql.join([...equals, beyond(terms[position]!, scope)], sql` and `)})`
  })
  return sql`(${sql.join(alternatives, sql` or `)})`
}

function isUniform(sort: readonly SortTerm[]): boolean {
  return sort.every((term) => !term.isNullable && term.direction === sort[0]!.direction)
}

function beyond({ term, value, slot }: { term: SortTerm; value: Sql; slot: number | undefined }, scope: Scope): Sql {
  const isAscending = term.direction === 'asc'
  if (slot === undefined) return isAscending ? sql`${value} is not null` : sql`1 = 0`
  const parameter = slotSql(slot, term.type, scope.dialect)
  if (isAscending) return sql`${value} > ${parameter}`
  return term.isNullable ? sql`(${value} < ${parameter} or ${value} is null)` : sql`${value} < ${parameter}`
}
