import type { ColumnModel, FieldModel } from '../model/model.ts'
import type { JsonColumn, JsonEntry, Sql } from '../ports/database.ts'
import { sql } from '../ports/sql.ts'
import { type Condition, isAlways } from '../query/condition.ts'
import type { ExpandPlan, Selection } from '../query/plan.ts'
import { conditionSql } from './condition-sql.ts'
import { orderSql } from './order-sql.ts'
import { columnSql, innerScope, joinable, joinsSql, newAlias, type Scope, tableSql } from './scope.ts'

/** The JSON of the row of `scope`, made by the database: its fields, and its relations in place of their ids. */
export function selectionSql(selection: Selection, scope: Scope): Sql {
  const members = [
    ...selection.fields.map(({ name, when }) => fieldMember(scope.collection.fields.get(name)!, when, scope)),
    ...selection.expands.map((expand) => expandMember(expand, scope)),
  ]
  const entries = members.filter(({ when }) => when === undefined).map(({ entry }) => entry)
  const optional = members.flatMap(({ entry, when }) =>
    when === undefined ? [] : [{ entry, when: conditionSql(when, scope) }],
  )
  return optional.length === 0
    ? scope.dialect.jsonObject(entries)
    : scope.dialect.jsonObjectWithOptional(entries, optional)
}

interface Member {
  readonly entry: JsonEntry
  readonly when: Condition | undefined
}

function fieldMember(field: FieldModel, when: Condition | undefined, scope: Scope): Member {
  return { entry: [field.name, fieldJson(field, scope)], when }
}

function expandMember(expand: ExpandPlan, scope: Scope): Member {
  return { entry: [expand.field, expandJson(expand, scope)], when: expand.when }
}

function fieldJson(field: FieldModel, scope: Scope): Sql | JsonColumn {
  const [first, ...others] = field.columns
  if (first!.key === undefined) return jsonColumn(first!, first!.isNullable, scope)
  // The parts of a value are there or not together.
  const object = scope.dialect.jsonObject(
    [first!, ...others].map((column) => [column.key!, jsonColumn(column, false, scope)]),
  )
  return first!.isNullable ? sql`case when ${columnSql(scope, first!.name)} is not null then ${object} end` : object
}

function jsonColumn({ name, type }: ColumnModel, isNullable: boolean, scope: Scope): JsonColumn {
  return { type, column: columnSql(scope, name), isNullable }
}

function expandJson(expand: ExpandPlan, scope: Scope): Sql {
  const relation = scope.collection.fields.get(expand.field)!.relation!
  const inner = innerScope(scope, expand.target)
  const where = isAlways(expand.where) ? sql`` : sql` and ${conditionSql(expand.where, inner)}`
  if (relation.kind === 'reference') {
    const on = sql`${columnSql(inner, 'id')} = ${columnSql(scope, relation.column)}${where}`
    if (scope.joins !== undefined) return joinedJson(expand.selection, inner, on, scope.joins)
    return sql`(select ${selectionSql(expand.selection, inner)} from ${tableSql(inner)} where ${on})`
  }
  const of = joinable(inner)
  const selected = selectionSql(expand.selection, of)
  const table = sql`${tableSql(of)}${joinsSql(of)}`
  if (relation.kind === 'one')
    return sql`(select ${selected} from ${table} where ${columnSql(inner, relation.column)} = ${columnSql(scope, 'id')}${where})`
  const order = orderSql(expand.sort, inner)
  const limit = sql.lit(expand.limit!)
  const item = sql`select ${selected} as ${sql.ref('item')}`
  const rest = sql`${where} order by ${order} limit ${limit}`
  if (relation.kind !== 'manyToMany') {
    return scope.dialect.jsonArray(
      sql`${item} from ${table} where ${columnSql(inner, relation.column)} = ${columnSql(scope, 'id')}${rest}`,
    )
  }
  const link = newAlias(scope)
  const join = sql`join ${sql.table(relation.junction)} as ${sql.ref(link)} on ${sql.ref(`${link}.${relation.targetColumn}`)} = ${columnSql(inner, 'id')}`
  return scope.dialect.jsonArray(
    sql`${item} from ${table} ${join} where ${sql.ref(`${link}.${relation.ownColumn}`)} = ${columnSql(scope, 'id')}${rest}`,
  )
}

function joinedJson(selection: Selection, inner: Scope, on: Sql, joins: Sql[]): Sql {
  joins.push(sql` left join ${tableSql(inner)} on ${on}`)
  return sql`case when ${columnSql(inner, 'id')} is not null then ${selectionSql(selection, inner)} end`
}
