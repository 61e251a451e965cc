import type { CollectionModel } from '../model/model.ts'
import type { Row, Statement } from '../ports/database.ts'
import { readableRows } from '../query/access.ts'
import { columnRef } from '../query/column-ref.ts'
import { type Condition, isNever } from '../query/condition.ts'
import type { ReadPlan } from '../query/plan.ts'
import type { SelectionContext } from '../query/selection.ts'
import { readSql } from '../sql/read-sql.ts'
import { operationErrors } from './errors.ts'
import type { OperationContext, ReadOptions, RecordAnswer } from './operations.ts'
import { refusalBy } from './refusal.ts'
import { type Runtime, read } from './runtime.ts'

/** @throws operation_forbidden, operation_sign_in_required  when the actor may read no row of the collection. */
export function requireReadable(collection: CollectionModel, asking: SelectionContext): void {
  if (isNever(readableRows(collection, asking))) throw refusalBy(collection.rules.read, 'read', collection, asking)
}

export function hasId(id: string, collection: CollectionModel, asking: SelectionContext): Condition {
  const column = columnRef(collection.fields.get('id')!)
  return {
    kind: 'compare',
    op: 'eq',
    column,
    slot: asking.values.add({ kind: 'scalar', type: column.type, value: id }),
  }
}

export function notFound(collection: CollectionModel): Error {
  return operationErrors.not_found({ details: { collection: collection.name } })
}

export function oneRecordPlan(
  collection: CollectionModel,
  selection: ReadPlan['selection'],
  where: Condition,
  isForUpdate = false,
): ReadPlan {
  return {
    collection: collection.name,
    selection,
    where,
    search: undefined,
    sort: [],
    seek: undefined,
    limit: undefined,
    offset: undefined,
    counts: 'none',
    isForUpdate,
  }
}

export function runRead(plan: ReadPlan, asking: SelectionContext, context: OperationContext, runtime: Runtime) {
  return read(statementOf(plan, asking, runtime), context, runtime)
}

export function statementOf(plan: ReadPlan, asking: SelectionContext, runtime: Runtime): Statement {
  const make = () => readSql(plan, runtime.model, runtime.database.dialect)
  return runtime.statements.prepare('read', plan, asking.values.all, make)
}

export function recordFrom(rows: readonly Row[], collection: CollectionModel, plain: boolean): RecordAnswer {
  const row = rows[0]
  if (row === undefined) throw notFound(collection)
  return { kind: 'record', json: row[0] as string, id: row[1] as string, version: Number(row[2]), isPlain: plain }
}

/** Whether nothing but the record itself is asked for. */
export function isPlain(options: ReadOptions): boolean {
  return options.expand === undefined && options.fields === undefined
}
