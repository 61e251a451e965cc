import type { Model } from '../model/model.ts'
import { requireCollection } from '../model/require-collection.ts'
import type { ColumnType, Sql, SqlDialect } from '../ports/database.ts'
import { sql } from '../ports/sql.ts'
import { type Condition, isAlways } from '../query/condition.ts'
import type { Selection } from '../query/plan.ts'
import { conditionSql } from './condition-sql.ts'
import { columnSql, rootScope, type Scope } from './scope.ts'
import { selectionSql } from './selection-sql.ts'
import { slotSql } from './slot.ts'

/** A column and the slot of its new value. */
export interface Assignment {
  readonly column: string
  readonly type: ColumnType
  readonly slot: number
  /** The value is added to what is there. */
  readonly isIncrement?: boolean
}

/**
 * A write as one statement. Its row, if it wrote one, is: the JSON text, id, version, then whether each of `checks` holds
 * for the record as it is now.
 */
export interface WritePlan {
  readonly collection: string
  readonly assignments: readonly Assignment[]
  /** Of updates and deletes: which row, and under which conditions. Of inserts: under which conditions, none of them about the row. */
  readonly where: Condition
  readonly selection: Selection
  readonly checks: readonly Condition[]
}

export function insertSql(plan: WritePlan, model: Model, dialect: SqlDialect): Sql {
  const scope = writeScope(plan, model, dialect)
  const columns = sql.join(plan.assignments.map((assignment) => sql.ref(assignment.column)))
  const values = sql.join(plan.assignments.map((assignment) => slotSql(assignment.slot, assignment.type, dialect)))
  const row = isAlways(plan.where)
    ? sql`values (${values})`
    : sql`select ${values} where ${conditionSql(plan.where, scope)}`
  return sql`insert into ${sql.table(scope.collection.table)} (${columns}) ${row} returning ${returning(plan, scope)}`
}

export function updateSql(plan: WritePlan, model: Model, dialect: SqlDialect): Sql {
  const scope = writeScope(plan, model, dialect)
  const changes = sql.join(
    plan.assignments.map((assignment) => sql`${sql.ref(assignment.column)} = ${newValue(assignment, scope)}`),
  )
  return sql`update ${sql.table(scope.collection.table)} set ${changes} where ${conditionSql(plan.where, scope)} returning ${returning(plan, scope)}`
}

export function deleteSql(plan: WritePlan, model: Model, dialect: SqlDialect): Sql {
  const scope = writeScope(plan, model, dialect)
  return sql`delete from ${sql.table(scope.collection.table)} where ${conditionSql(plan.where, scope)} returning ${returning(plan, scope)}`
}

/** The table goes by its own name here: `returning` knows no other. */
function writeScope(plan: WritePlan, model: Model, dialect: SqlDialect): Scope {
  const collection = requireCollection(model, plan.collection)
  return rootScope(model, dialect, collection, collection.table)
}

function newValue(assignment: Assignment, scope: Scope): Sql {
  const value = slotSql(assignment.slot, assignment.type, scope.dialect)
  return assignment.isIncrement === true ? sql`${columnSql(scope, assignment.column)} + ${value}` : value
}

function returning(plan: WritePlan, scope: Scope): Sql {
  const json = scope.dialect.jsonText(selectionSql(plan.selection, scope))
  const checks = plan.checks.map((check) => sql`, (${conditionSql(check, scope)})`)
  return sql`${json}, ${columnSql(scope, 'id')}, ${columnSql(scope, 'version')}${sql.join(checks, sql``)}`
}
