import type { RelationModel } from '../model/model.ts'
import { requireCollection } from '../model/require-collection.ts'
import type { CompareOp } from '../model/rule.ts'
import type { ShapeKind } from '../model/shape.ts'
import type { Sql } from '../ports/database.ts'
import { sql } from '../ports/sql.ts'
import { type ColumnRef, type Condition, isAlways } from '../query/condition.ts'
import { columnSql, innerScope, newAlias, type Scope, tableSql } from './scope.ts'
import { slotSql } from './slot.ts'

/**
 * A condition as SQL over the row of `scope`.
 *
 * SQL has a third truth value; a condition has not. `and`, `or` and `where` treat unknown as false by themselves,
 * so only `not` needs to say it: `is not true`.
 */
export function conditionSql(condition: Condition, scope: Scope): Sql {
  return writers[condition.kind](condition as never, scope)
}

const writers: {
  readonly [K in Condition['kind']]: (condition: Extract<Condition, { kind: K }>, scope: Scope) => Sql
} = {
  constant: ({ value }) => (value ? sql`1 = 1` : sql`1 = 0`),
  and: ({ of }, scope) =>
    sql`(${sql.join(
      of.map((part) => conditionSql(part, scope)),
      sql` and `,
    )})`,
  or: ({ of }, scope) =>
    sql`(${sql.join(
      of.map((part) => conditionSql(part, scope)),
      sql` or `,
    )})`,
  not: ({ of }, scope) => sql`((${conditionSql(of, scope)}) is not true)`,
  compare: (condition, scope) => {
    const left = columnSql(scope, condition.column.column)
    return compareSql(
      condition.op,
      left,
      slotFor(condition.op, condition.slot, condition.column, scope),
      condition.column,
      scope,
    )
  },
  compareColumns: (condition, scope) =>
    compareSql(
      condition.op,
      columnSql(scope, condition.left.column),
      columnSql(scope, condition.right.column),
      condition.left,
      scope,
    ),
  isNull: ({ column }, scope) => sql`${columnSql(scope, column.column)} is null`,
  hasAny: ({ column, slot }, scope) =>
    scope.dialect.listHasAny(columnSql(scope, column.column), slotSql(slot, undefined, scope.dialect)),
  related: (condition, scope) => {
    const relation = relationOf(condition.collection, condition.field, scope)
    return relatedSql(relation, condition.of, scope)
  },
  exists: ({ collection, slot, of }, scope) =>
    existsSql(innerScope(scope, collection), slotSql(slot, { kind: 'id' }, scope.dialect), of),
  reachedFrom: (condition, scope) =>
    reachedFromSql(relationOf(condition.collection, condition.field, scope), condition, scope),
}

function slotFor(op: CompareOp, slot: number, column: ColumnRef, scope: Scope): Sql {
  if (op === 'in' || op === 'has') return slotSql(slot, undefined, scope.dialect)
  const isText = op === 'contains' || op === 'icontains' || op === 'startsWith' || op === 'endsWith'
  return slotSql(slot, isText ? { kind: 'text' } : column.type, scope.dialect)
}

function compareSql(op: CompareOp, left: Sql, right: Sql, column: ColumnRef, { dialect }: Scope): Sql {
  return comparisons[op](left, right, column, dialect)
}

const comparisons: Readonly<
  Record<CompareOp, (left: Sql, right: Sql, column: ColumnRef, dialect: Scope['dialect']) => Sql>
> = {
  eq: (left, right) => sql`${left} = ${right}`,
  lt: (left, right) => sql`${left} < ${right}`,
  lte: (left, right) => sql`${left} <= ${right}`,
  gt: (left, right) => sql`${left} > ${right}`,
  gte: (left, right) => sql`${left} >= ${right}`,
  in: (left, right, column, dialect) => dialect.inList(column.type, left, right),
  contains: (left, right, _column, dialect) => dialect.contains(left, right),
  icontains: (left, right, _column, dialect) => dialect.containsIgnoringCase(left, right),
  startsWith: (left, right, _column, dialect) => dialect.startsWith(left, right),
  endsWith: (left, right, _column, dialect) => dialect.endsWith(left, right),
  has: (left, right, _column, dialect) => dialect.listHas(left, right),
}

function relationOf(collection: string, field: string, scope: Scope): RelationModel {
  return requireCollection(scope.model, collection).fields.get(field)!.relation!
}

function relatedSql(relation: RelationModel, of: Condition, scope: Scope): Sql {
  const inner = innerScope(scope, relation.target)
  if (relation.kind === 'reference') {
    if (scope.isBehindMany !== true && isWide(of, inner))
      return sql`exists (select 1 from ${tableSql(inner)} where ${columnSql(inner, 'id')} = ${columnSql(scope, relation.column)} and ${conditionSql(of, inner)})`
    // `in` rather than `exists` lets the database begin at the few rows behind and use the index of the reference.
    const rows = isAlways(of) ? sql`` : sql` where ${conditionSql(of, inner)}`
    return sql`${columnSql(scope, relation.column)} in (select ${columnSql(inner, 'id')} from ${tableSql(inner)}${rows})`
  }
  const { rows, owner } = rowsBehindMany(relation, inner)
  const where = conditionSql(of, { ...inner, isBehindMany: true })
  const id = columnSql(scope, 'id')
  // Looked up per row this is cheap once; behind another such relation the work would multiply with every step of a filter.
  if (scope.isBehindMany === true) return sql`${id} in (select ${owner} ${rows} where ${where})`
  return sql`exists (select 1 ${rows} where ${owner} = ${id}${isAlways(of) ? sql`` : sql` and ${where}`})`
}

/**
 * Whether a condition probably holds for most rows, as rules about a status do: it is looked up for the rows of a page, where a
 * list of all rows that satisfy it would be as long as the table.
 */
function isWide(condition: Condition, scope: Pick<Scope, 'collection' | 'model'>): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.of.every((part) => isWide(part, scope))
    case 'or':
      return condition.of.some((part) => isWide(part, scope))
    case 'compare':
      return fewValues.has(scope.collection.fields.get(condition.column.path[0]!)!.type.shape.kind)
    case 'related': {
      const { target } = scope.collection.fields.get(condition.field)!.relation!
      return isWide(condition.of, { ...scope, collection: requireCollection(scope.model, target) })
    }
    default:
      return condition.kind === 'not' || condition.kind === 'isNull' || condition.kind === 'constant'
  }
}
const fewValues: ReadonlySet<ShapeKind> = new Set(['choice', 'boolean'])

/** The rows behind a to-many relation, and the column with the id of the record they belong to. */
function rowsBehindMany(
  relation: Exclude<RelationModel, { kind: 'reference' }>,
  inner: Scope,
): { readonly rows: Sql; readonly owner: Sql } {
  if (relation.kind !== 'manyToMany')
    return { rows: sql`from ${tableSql(inner)}`, owner: columnSql(inner, relation.column) }
  const link = newAlias(inner)
  const target = sql.ref(`${link}.${relation.targetColumn}`)
  const join = sql`${sql.table(relation.junction)} as ${sql.ref(link)} on ${target} = ${columnSql(inner, 'id')}`
  return { rows: sql`from ${tableSql(inner)} join ${join}`, owner: sql.ref(`${link}.${relation.ownColumn}`) }
}

/** The row of `scope` belongs to the record in the slot, by a relation declared there; that record satisfies `of`. */
function reachedFromSql(
  relation: RelationModel,
  condition: Extract<Condition, { kind: 'reachedFrom' }>,
  scope: Scope,
): Sql {
  const owner = innerScope(scope, condition.collection)
  const id = slotSql(condition.slot, { kind: 'id' }, scope.dialect)
  return sql`(${linkSql(relation, id, owner, scope)} and ${existsSql(owner, id, condition.of)})`
}

function existsSql(target: Scope, id: Sql, of: Condition): Sql {
  const where = isAlways(of) ? sql`` : sql` and ${conditionSql(of, target)}`
  return sql`exists (select 1 from ${tableSql(target)} where ${columnSql(target, 'id')} = ${id}${where})`
}

function linkSql(relation: RelationModel, id: Sql, owner: Scope, scope: Scope): Sql {
  if (relation.kind === 'manyToMany') {
    return sql`${columnSql(scope, 'id')} in (select ${sql.ref(relation.targetColumn)} from ${sql.table(relation.junction)} where ${sql.ref(relation.ownColumn)} = ${id})`
  }
  if (relation.kind !== 'reference') return sql`${columnSql(scope, relation.column)} = ${id}`
  const link = { ...owner, alias: newAlias(scope) }
  return sql`${columnSql(scope, 'id')} = (select ${columnSql(link, relation.column)} from ${tableSql(link)} where ${columnSql(link, 'id')} = ${id})`
}
