import { sql } from 'kysely'
import type { Model } from '../model/model.ts'
import { requireCollection } from '../model/require-collection.ts'
import type { Sql, SqlDialect } from '../ports/database.ts'
import { isAlways } from '../query/condition.ts'
import { hasSortValuesInJson, type ReadPlan } from '../query/plan.ts'
import { conditionSql } from './condition-sql.ts'
import { expressionSql } from './expression-sql.ts'
import { orderSql, seekSql } from './order-sql.ts'
import { columnSql, rootScope, type Scope, tableSql } from './scope.ts'
import { selectionSql } from './selection-sql.ts'
import { slotSql } from './slot.ts'

/**
 * A read as one statement, relations included.
 *
 * Its rows are: the JSON text of the record; then, of a single record, its id and version, of a list, the values of the sort
 * terms that are not in the JSON anyway; and last the total, if it is counted.
 */
export function readSql(plan: ReadPlan, model: Model, dialect: SqlDialect): Sql {
  const scope = rootScope(model, dialect, requireCollection(model, plan.collection))
  const search =
    plan.search === undefined
      ? undefined
      : dialect.search(scope.collection.table, scope.alias, slotSql(plan.search, undefined, dialect))
  const rows = rowsSql(plan, scope, search)
  const seek = plan.seek === undefined ? sql`` : sql` and ${seekSql(plan.seek, plan.sort, scope, search?.rank)}`
  const keys = hasSortValuesInJson(plan)
    ? []
    : plan.sort.map((term) => expressionSql(term.expression, scope, search?.rank))
  const order = plan.sort.length === 0 ? sql`` : sql` order by ${orderSql(plan.sort, scope, search?.rank)}`
  const limit = plan.limit === undefined ? sql`` : sql` limit ${sql.lit(plan.limit)}`
  const offset = plan.offset === undefined ? sql`` : sql` offset ${slotSql(plan.offset, undefined, dialect)}`
  const lock = plan.isForUpdate ? sql` ${dialect.forUpdate}` : sql``
  const json = dialect.jsonText(selectionSql(plan.selection, scope))
  const identity = plan.sort.length === 0 ? [columnSql(scope, 'id'), columnSql(scope, 'version')] : keys
  const total = plan.counts === 'none' ? [] : [totalSql(plan, model, dialect)]
  const columns = sql.join([json, ...identity, ...total])
  return sql`select ${columns} ${rows}${seek}${order}${limit}${offset}${lock}`
}

/** How many rows a read has in all, as a statement of its own (for a page beyond the last row). */
export function countSql(plan: ReadPlan, model: Model, dialect: SqlDialect): Sql {
  return sql`select ${totalSql(plan, model, dialect)}`
}

function rowsSql(plan: ReadPlan, scope: Scope, search: ReturnType<SqlDialect['search']> | undefined): Sql {
  const where = conditionSql(plan.where, scope)
  if (search === undefined) return sql`from ${tableSql(scope)} where ${where}`
  return sql`from ${tableSql(scope)} ${search.join} where ${search.matches} and ${where}`
}

function totalSql(plan: ReadPlan, model: Model, dialect: SqlDialect): Sql {
  const scope = rootScope(model, dialect, requireCollection(model, plan.collection), 'c0')
  const inner = { ...scope, names: { count: 1_000 } }
  const isWholeTable = isAlways(plan.where) && plan.search === undefined
  const estimate =
    plan.counts === 'estimated' && isWholeTable ? dialect.estimateRows(scope.collection.table) : undefined
  if (estimate !== undefined) return estimate
  const search =
    plan.search === undefined
      ? undefined
      : dialect.search(scope.collection.table, scope.alias, slotSql(plan.search, undefined, dialect))
  return sql`(select count(*) ${rowsSql(plan, inner, search)})`
}
