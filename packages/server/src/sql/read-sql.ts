import type { Model } from '../model/model.ts'
import { requireCollection } from '../model/require-collection.ts'
import type { Sql, SqlDialect } from '../ports/database.ts'
import { sql } from '../ports/sql.ts'
import { isAlways } from '../query/condition.ts'
import { hasSortValuesInJson, type ReadPlan } from '../query/plan.ts'
import { conditionSql } from './condition-sql.ts'
import { expressionSql } from './expression-sql.ts'
import { orderSql } from './order-sql.ts'
import { columnSql, joinable, joinsSql, rootScope, type Scope, tableSql } from './scope.ts'
import { mayBeInOrder, seekSql } from './seek-sql.ts'
import { selectionSql } from './selection-sql.ts'
import { slotSql } from './slot.ts'

/**
 * A read as one statement, relations included.
 *
 * Its rows are: the JSON text of the record; then, of a single record, its id and version, of a list, the values of the sort
 * terms that are not in the JSON anyway; and last the total, if it is counted.
 */
export function readSql(plan: ReadPlan, model: Model, dialect: SqlDialect): Sql {
  const root = rootScope(model, dialect, requireCollection(model, plan.collection))
  // PostgreSQL locks no row that an outer join may lack.
  const scope = plan.isForUpdate ? root : joinable(root)
  const search = searchOf(plan, scope)
  const keys = hasSortValuesInJson(plan)
    ? []
    : plan.sort.map((term) => expressionSql(term.expression, scope, search?.rank))
  const json = dialect.jsonText(selectionSql(plan.selection, scope))
  const identity = plan.sort.length === 0 ? [columnSql(scope, 'id'), columnSql(scope, 'version')] : keys
  const total = plan.counts === 'none' ? [] : [totalSql(plan, model, dialect)]
  const columns = sql.join([json, ...identity, ...total])
  const lock = plan.isForUpdate ? sql` ${dialect.forUpdate}` : sql``
  return sql`select ${columns} ${pageSql(plan, scope, search)}${lock}`
}

/** The rows of a page, in their order. */
function pageSql(plan: ReadPlan, scope: Scope, search: Search | undefined): Sql {
  const { sort, seek } = plan
  const after = seek === undefined ? [] : seekSql(seek, sort, scope, search?.rank)
  if (after.length > 1 && search === undefined && mayBeInOrder(sort, scope.collection))
    return gatheredPageSql(plan, after, scope)
  const beginning = seek === undefined ? sql`` : sql` and ${anyOf(after)}`
  const order = sort.length === 0 ? sql`` : sql` order by ${orderSql(sort, scope, search?.rank)}`
  const offset = plan.offset === undefined ? sql`` : sql` offset ${slotSql(plan.offset, undefined, scope.dialect)}`
  return sql`${rowsSql(plan, scope, search, joinsSql(scope))}${beginning}${order}${limitSql(plan)}${offset}`
}

/** No database seeks several stretches in order under one `or`: each is read by itself, no further than a page. */
function gatheredPageSql(plan: ReadPlan, after: readonly Sql[], scope: Scope): Sql {
  const { sort } = plan
  const names = sort.map((_term, index) => sql.ref(`page.key${index}`))
  const keys = sort.map(
    ({ expression }, index) => sql`${expressionSql(expression, scope)} as ${sql.ref(`key${index}`)}`,
  )
  const columns = sql.join([sql`${columnSql(scope, 'id')} as ${sql.ref('id')}`, ...keys])
  const stretches = after.map((stretch, index) => {
    const page = sql`select ${columns} ${rowsSql(plan, scope, undefined)} and ${stretch} order by ${orderSql(sort, scope)}${limitSql(plan)}`
    return sql`select * from (${page}) as ${sql.ref(`stretch${index}`)}`
  })
  const order = sql.join(
    sort.map((term, index) => scope.dialect.orderBy(names[index]!, term.direction, term.isNullable)),
  )
  // SQLite takes a cross join from left to right, so that it looks up the few rows that were gathered.
  return sql`from (${sql.join(stretches, sql` union all `)}) as ${sql.ref('page')} cross join ${tableSql(scope)}${joinsSql(scope)} where ${columnSql(scope, 'id')} = ${sql.ref('page.id')} order by ${order}${limitSql(plan)}`
}

function anyOf(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`1 = 0` : sql`(${sql.join(conditions, sql` or `)})`
}

function limitSql({ limit }: ReadPlan): Sql {
  return limit === undefined ? sql`` : sql` limit ${sql.lit(limit)}`
}

/** How many rows a read has in all, as a statement of its own (for a page beyond the last row). */
export function countSql(plan: ReadPlan, model: Model, dialect: SqlDialect): Sql {
  return sql`select ${totalSql(plan, model, dialect)}`
}

type Search = ReturnType<SqlDialect['search']>

function searchOf({ search }: ReadPlan, { collection, alias, dialect }: Scope): Search | undefined {
  return search === undefined ? undefined : dialect.search(collection.table, alias, slotSql(search, undefined, dialect))
}

function rowsSql(plan: ReadPlan, scope: Scope, search: Search | undefined, joins = sql``): Sql {
  const where = conditionSql(plan.where, scope)
  if (search === undefined) return sql`from ${tableSql(scope)}${joins} where ${where}`
  return sql`from ${tableSql(scope)} ${search.join}${joins} where ${search.matches} and ${where}`
}

function totalSql(plan: ReadPlan, model: Model, dialect: SqlDialect): Sql {
  const scope = rootScope(model, dialect, requireCollection(model, plan.collection), 'c0')
  const inner = { ...scope, names: { count: 1_000 } }
  const isWholeTable = isAlways(plan.where) && plan.search === undefined
  const estimate =
    plan.counts === 'estimated' && isWholeTable ? dialect.estimateRows(scope.collection.table) : undefined
  if (estimate !== undefined) return estimate
  // SQLite counts twice as fast where it need not look for a condition.
  if (isWholeTable) return sql`(select count(*) from ${tableSql(inner)})`
  return sql`(select count(*) ${rowsSql(plan, inner, searchOf(plan, inner))})`
}
