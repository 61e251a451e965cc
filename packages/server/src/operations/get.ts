import { isId } from '../base/id.ts'
import { type MaybePromise, whenReady } from '../base/maybe-promise.ts'
import type { CollectionModel } from '../model/model.ts'
import type { Statement } from '../ports/database.ts'
import { readableRows } from '../query/access.ts'
import { allOf } from '../query/condition.ts'
import { invalidQuery } from '../query/errors.ts'
import { checkExpandBudget } from '../query/expand-budget.ts'
import { type SelectionContext, selectionFromInput } from '../query/selection.ts'
import { readSql } from '../sql/read-sql.ts'
import { keptAnswer } from './cache/kept-answer.ts'
import type { KeptRead } from './cache/response-cache.ts'
import { hasId, isPlain, notFound, oneRecordPlan, recordFrom, requireReadable } from './one-record.ts'
import type { OperationContext, ReadOptions, RecordAnswer } from './operations.ts'
import { collectionNamed, type Runtime, read } from './runtime.ts'

/** Answers with one record. */
export function getRecord(
  context: OperationContext,
  name: string,
  id: string,
  options: ReadOptions,
  runtime: Runtime,
): MaybePromise<RecordAnswer> {
  const collection = collectionNamed(name, runtime)
  const prepared = runtime.prepared.get(options, name, context, false, (asking) =>
    prepareRecord(options, collection, asking, runtime),
  )
  if (!isId(id)) throw notFound(collection)
  return keptAnswer(prepared.kept, id, context, runtime, () =>
    whenReady(read(prepared.statementFor(id), context, runtime), (rows) =>
      recordFrom(rows, collection, prepared.isPlain),
    ),
  )
}

interface PreparedRecord {
  statementFor(id: string): Statement
  readonly isPlain: boolean
  readonly kept: KeptRead | undefined
}

function prepareRecord(
  options: ReadOptions,
  collection: CollectionModel,
  asking: SelectionContext,
  runtime: Runtime,
): PreparedRecord {
  requireReadable(collection, asking)
  const selection = selectionFromInput(options, collection, asking)
  checkExpandBudget(selection, 1, asking)
  if (asking.issues.all.length > 0) throw invalidQuery(asking.issues)
  const idSlot = asking.values.all.length
  const where = allOf([hasId('', collection, asking), readableRows(collection, asking)])
  const plan = oneRecordPlan(collection, selection, where)
  const compiled = runtime.statements.compile('read', plan, () =>
    readSql(plan, runtime.model, runtime.database.dialect),
  )
  const values = asking.values.all
  const statement = runtime.statements.fill(compiled, values)
  const shape = { byId: true, isPlain: isPlain(options) }
  return {
    statementFor: runtime.statements.fillLater(compiled, values, idSlot),
    isPlain: isPlain(options),
    kept: runtime.responses.keptRead(collection, plan, statement, shape, asking),
  }
}
