import { isId } from '../base/id.ts'
import type { MaybePromise } from '../base/maybe-promise.ts'
import type { CollectionModel } from '../model/model.ts'
import { isToMany } from '../model/relation.ts'
import { readableField, readableRows, readableRowsBehind } from '../query/access.ts'
import { allOf, type Condition } from '../query/condition.ts'
import { invalidQuery } from '../query/errors.ts'
import { checkExpandBudget } from '../query/expand-budget.ts'
import type { QueryInput } from '../query/query-input.ts'
import { listPlanFromInput } from '../query/read-plan.ts'
import { type SelectionContext, selectionFromInput } from '../query/selection.ts'
import { keptAnswer } from './cache/kept-answer.ts'
import { operationErrors } from './errors.ts'
import { listFrom, prepareList } from './find.ts'
import { getRecord } from './get.ts'
import { isPlain, notFound, oneRecordPlan, recordFrom, requireReadable, statementOf } from './one-record.ts'
import type { ListAnswer, OperationContext, RecordAnswer } from './operations.ts'
import { askAs, collectionNamed, type Runtime, read } from './runtime.ts'
import { watchingTime } from './watching-time.ts'

/** Answers with what lies behind a relation of a record: a page of records, or one. */
export async function readRelated(
  context: OperationContext,
  name: string,
  id: string,
  relationName: string,
  query: QueryInput,
  runtime: Runtime,
): Promise<ListAnswer | RecordAnswer> {
  const collection = collectionNamed(name, runtime)
  const asking = watchingTime(askAs(context, runtime, query.hasTextValues), context.now)
  requireReadable(collection, asking)
  const found = readableField(relationName, collection, asking)
  const relation = found?.field.relation
  if (found === undefined || relation === undefined)
    throw operationErrors.unknown_relation({ details: { collection: name, relation: relationName } })
  if (!isId(id)) throw notFound(collection)
  const target = collectionNamed(relation.target, runtime)
  requireReadable(target, asking)
  const of = allOf([readableRows(collection, asking), found.readable])
  const slot = asking.values.add({ kind: 'scalar', type: { kind: 'id' }, value: id })
  const reached: Condition = { kind: 'reachedFrom', collection: name, field: relationName, slot, of }
  const base = allOf([reached, readableRowsBehind(found.field, asking)])
  if (!isToMany(relation)) return readOneRelated(target, query, base, asking, context, runtime)
  const list = prepareList(listPlanFromInput(query, target, asking, runtime.signer, base), asking, runtime)
  return keptAnswer(list.kept, '', context, runtime, async () => {
    const answer = await listFrom(list, context, runtime)
    // An empty list is also what a record that does not exist (for this actor) has behind it.
    if (answer.isEmpty) await getRecord(context, name, id, { fields: ['id'] }, runtime)
    return answer
  })
}

function readOneRelated(
  target: CollectionModel,
  query: QueryInput,
  base: Condition,
  asking: SelectionContext,
  context: OperationContext,
  runtime: Runtime,
): MaybePromise<RecordAnswer> {
  const selection = selectionFromInput(query, target, asking)
  checkExpandBudget(selection, 1, asking)
  if (asking.issues.all.length > 0) throw invalidQuery(asking.issues)
  const plan = oneRecordPlan(target, selection, allOf([base, readableRows(target, asking)]))
  const statement = statementOf(plan, asking, runtime)
  const kept = runtime.responses.keptRead(target, plan, statement, { isPlain: isPlain(query) }, asking)
  return keptAnswer(kept, '', context, runtime, async () =>
    recordFrom(await read(statement, context, runtime), target, isPlain(query)),
  )
}
