import { requireCollection } from '../model/require-collection.ts'
import type { Sql } from '../ports/database.ts'
import { sql } from '../ports/sql.ts'
import { type Condition, isAlways } from '../query/condition.ts'
import type { Expression } from '../query/plan.ts'
import { conditionSql } from './condition-sql.ts'
import { columnSql, innerScope, type Scope, tableSql } from './scope.ts'

/** A sortable value of the row of `scope`. @param rank  what `rank` stands for in this statement. */
export function expressionSql(expression: Expression, scope: Scope, rank?: Sql): Sql {
  switch (expression.kind) {
    case 'column':
      return onlyWhen(expression.when, columnSql(scope, expression.column.column), scope)
    case 'behind': {
      const relation = requireCollection(scope.model, expression.collection).fields.get(expression.field)!.relation!
      if (relation.kind !== 'reference') throw new Error(`${expression.field} is not a reference.`)
      const inner = innerScope(scope, relation.target)
      const where = isAlways(expression.where) ? sql`` : sql` and ${conditionSql(expression.where, inner)}`
      const value = sql`(select ${expressionSql(expression.of, inner)} from ${tableSql(inner)} where ${columnSql(inner, 'id')} = ${columnSql(scope, relation.column)}${where})`
      return onlyWhen(expression.when, value, scope)
    }
    case 'rank':
      if (rank === undefined) throw new Error('A rank is there only in a search.')
      return rank
    case 'truncate':
      return scope.dialect.truncate(expression.type, expressionSql(expression.of, scope), expression.unit)
  }
}

/** A value where the actor may read it, null elsewhere. */
function onlyWhen(when: Condition | undefined, value: Sql, scope: Scope): Sql {
  return when === undefined ? value : sql`case when ${conditionSql(when, scope)} then ${value} end`
}
