import { requireCollection } from '../model/require-collection.ts'
import type { Sql } from '../ports/database.ts'
import { sql } from '../ports/sql.ts'
import { type Condition, isAlways } from '../query/condition.ts'
import type { AggregatePlan } from '../query/plan.ts'
import { conditionSql } from './condition-sql.ts'
import { columnSql, innerScope, newAlias, type Scope, tableSql } from './scope.ts'

/** The rows behind a relation to many, joined to the rows of `scope`, and what must hold of both. */
export interface ThroughSql {
  /** Of the rows behind. */
  readonly scope: Scope
  readonly join: Sql
  /** Begins with `and`, or is empty. */
  readonly where: Sql
}

export function throughSql(through: NonNullable<AggregatePlan['through']>, scope: Scope): ThroughSql {
  const relation = requireCollection(scope.model, through.collection).fields.get(through.field)!.relation!
  if (relation.kind === 'reference') throw new Error(`${through.field} leads to one record.`)
  const inner: Scope = { ...innerScope(scope, relation.target), isBehindMany: true }
  const where = sql`${andAlso(through.when, scope)}${andAlso(through.where, inner)}`
  const id = columnSql(scope, 'id')
  if (relation.kind !== 'manyToMany')
    return { scope: inner, join: sql` join ${tableSql(inner)} on ${columnSql(inner, relation.column)} = ${id}`, where }
  const link = newAlias(inner)
  const [own, target] = [sql.ref(`${link}.${relation.ownColumn}`), sql.ref(`${link}.${relation.targetColumn}`)]
  const links = sql` join ${sql.table(relation.junction)} as ${sql.ref(link)} on ${own} = ${id}`
  return { scope: inner, join: sql`${links} join ${tableSql(inner)} on ${columnSql(inner, 'id')} = ${target}`, where }
}

function andAlso(condition: Condition, scope: Scope): Sql {
  return isAlways(condition) ? sql`` : sql` and ${conditionSql(condition, scope)}`
}
