import type { CollectionModel } from '../model/model.ts'
import { readableRows, ruleFor } from '../query/access.ts'
import { allOf } from '../query/condition.ts'
import { demandsOf } from './demands.ts'
import { operationErrors } from './errors.ts'
import type { ChangeOptions } from './operations.ts'
import { hasId, notFound, oneRecordPlan, runRead } from './read.ts'
import { askAs, type InTransaction, type Runtime, refusal } from './runtime.ts'
import { type CheckedInput, writeConditions } from './validate.ts'

/**
 * Says why a record cannot be changed or deleted: what the actor may not see is not found, what he may not do is forbidden,
 * another version is stale, another state is a conflict. Undefined when nothing is in the way.
 */
export async function whyUnchanged(
  operation: 'update' | 'delete',
  id: string,
  given: CheckedInput | undefined,
  options: ChangeOptions,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
): Promise<Error | undefined> {
  const visible = await findVersion(id, 'read', undefined, collection, context, runtime)
  if (visible === undefined) return options.mustExist === true ? stale(collection) : notFound(collection)
  const allowed = await findVersion(id, operation, given, collection, context, runtime)
  if (allowed === undefined) return refusal(operation, collection.name, context.actor)
  if (options.versions !== undefined && !options.versions.includes(allowed)) return stale(collection)
  if (options.where === undefined) return undefined
  const held = await findVersion(id, operation, given, collection, context, runtime, options)
  return held === undefined ? operationErrors.condition_failed({ details: { collection: collection.name } }) : undefined
}

function stale(collection: CollectionModel): Error {
  return operationErrors.stale({ details: { collection: collection.name } })
}

async function findVersion(
  id: string,
  operation: 'read' | 'update' | 'delete',
  given: CheckedInput | undefined,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
  options?: ChangeOptions,
): Promise<number | undefined> {
  const asking = askAs(context, runtime)
  const rules =
    operation === 'read'
      ? []
      : [
          ruleFor(collection.rules[operation], collection, asking),
          ...(given === undefined ? [] : writeConditions(given, collection, asking)),
        ]
  const state = options === undefined ? [] : demandsOf(options, collection, asking)
  const where = allOf([hasId(id, collection, asking), readableRows(collection, asking), ...rules, ...state])
  const row = (
    await runRead(oneRecordPlan(collection, { fields: [{ name: 'id' }], expands: [] }, where), asking, context, runtime)
  )[0]
  return row === undefined ? undefined : Number(row[2])
}
