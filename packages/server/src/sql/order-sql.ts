import type { Sql } from '../ports/database.ts'
import { sql } from '../ports/sql.ts'
import type { SortTerm } from '../query/plan.ts'
import { expressionSql } from './expression-sql.ts'
import type { Scope } from './scope.ts'

export function orderSql(sort: readonly SortTerm[], scope: Scope, rank?: Sql): Sql {
  return sql.join(
    sort.map((term) =>
      scope.dialect.orderBy(expressionSql(term.expression, scope, rank), term.direction, term.isNullable),
    ),
  )
}
