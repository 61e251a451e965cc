import { isId } from '../base/id.ts'
import type { CollectionModel } from '../model/model.ts'
import { visibleRows } from '../query/access.ts'
import { allOf } from '../query/condition.ts'
import { announce } from './announce.ts'
import { demandsOf } from './demands.ts'
import { hasHooks, runHooks } from './hooks.ts'
import { hasId, notFound } from './one-record.ts'
import type { ChangeOptions, OperationContext, Operations } from './operations.ts'
import { permissionsFor } from './permissions.ts'
import { requireInScope } from './refusal.ts'
import { referrersToRelease, releaseReferences } from './release-references.ts'
import { askAs, collectionNamed, type InTransaction, inTransaction, type Runtime } from './runtime.ts'
import { findAsSystem, onlyId, type StoredRecord } from './stored-record.ts'
import { changedMeanwhile, nothingGiven, whyUnchanged } from './why-unchanged.ts'
import { writeRow } from './write.ts'

/** Deletes one record. What refers to it is refused, deleted or released, as its field declares (`onDelete`). */
export async function deleteRecord(
  context: OperationContext,
  name: string,
  id: string,
  options: ChangeOptions,
  operations: Operations,
  runtime: Runtime,
): Promise<void> {
  const collection = collectionNamed(name, runtime)
  requireInScope('delete', collection, context.actor)
  if (!isId(id)) throw notFound(collection)
  await inTransaction(context, runtime, async (joined) => {
    const referrers = referrersToRelease(collection, runtime)
    const hasEffects = referrers.length > 0 || hasHooks(collection, 'beforeDelete', 'afterDelete')
    // Nobody gets as far as the effects of a deletion who may not delete the record.
    const record = hasEffects ? await lockDeletable(id, options, collection, joined, runtime) : undefined
    await runHooks('beforeDelete', { record }, collection, joined, operations, runtime)
    await releaseReferences(id, referrers, joined, runtime)
    await removeRow(id, options, collection, joined, runtime)
    await announce('deleted', id, collection, joined, runtime)
    await runHooks('afterDelete', { record }, collection, joined, operations, runtime)
  })
}

async function lockDeletable(
  id: string,
  options: ChangeOptions,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
): Promise<StoredRecord> {
  const reason = await whyUnchanged('delete', id, nothingGiven, options, collection, context, runtime)
  if (reason !== undefined) throw reason
  const record = await findAsSystem(id, collection, context, runtime, true)
  if (record === undefined) throw notFound(collection)
  return record
}

async function removeRow(
  id: string,
  options: ChangeOptions,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
): Promise<void> {
  const asking = askAs(context, runtime)
  const where = allOf([
    hasId(id, collection, asking),
    visibleRows(collection, asking),
    ...permissionsFor('delete', nothingGiven, collection, asking).map(({ condition }) => condition),
    ...demandsOf(options, collection, asking),
  ])
  const request = { collection, assignments: [], where, selection: onlyId, checks: [] }
  const row = await writeRow('delete', request, asking, context, runtime)
  if (row === undefined)
    throw (
      (await whyUnchanged('delete', id, nothingGiven, options, collection, context, runtime)) ??
      changedMeanwhile(collection)
    )
}
