import type { CollectionModel } from '../model/model.ts'
import { visibleRows } from '../query/access.ts'
import { allOf } from '../query/condition.ts'
import type { CheckedInput } from './check-input.ts'
import { demandsOf } from './demands.ts'
import { operationErrors } from './errors.ts'
import { notFound } from './one-record.ts'
import type { ChangeOptions } from './operations.ts'
import { denialNow } from './permissions.ts'
import type { InTransaction, Runtime } from './runtime.ts'
import { versionWhere } from './stored-record.ts'

/**
 * Says why a record cannot be changed or deleted: what the actor may not see is not found, what he may not do is forbidden,
 * another version is stale, another state is a conflict. Undefined when nothing is in the way.
 */
export async function whyUnchanged(
  operation: 'update' | 'delete',
  id: string,
  given: Pick<CheckedInput, 'ruledFields'>,
  options: ChangeOptions,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
): Promise<Error | undefined> {
  const details = { collection: collection.name }
  const version = await versionWhere(id, (asking) => visibleRows(collection, asking), collection, context, runtime)
  if (version === undefined)
    return options.mustExist === true ? operationErrors.stale({ details }) : notFound(collection)
  const denied = await denialNow(id, operation, given, collection, context, runtime)
  if (denied !== undefined) return denied
  if (options.versions !== undefined && !options.versions.includes(version)) return operationErrors.stale({ details })
  if (options.where === undefined) return undefined
  const isInState = await versionWhere(
    id,
    (asking) => allOf(demandsOf(options, collection, asking)),
    collection,
    context,
    runtime,
  )
  return isInState === undefined ? operationErrors.condition_failed({ details }) : undefined
}

/** Nothing was in the way any more when somebody looked: a moment before, something was. */
export function changedMeanwhile({ name }: CollectionModel): Error {
  return operationErrors.condition_failed({ details: { collection: name } })
}

/** Of a write that names no field. */
export const nothingGiven: Pick<CheckedInput, 'ruledFields'> = Object.freeze({ ruledFields: [] })
