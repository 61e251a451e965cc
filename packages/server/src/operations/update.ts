import { isId } from '../base/id.ts'
import type { CollectionModel } from '../model/model.ts'
import { readableRows, ruleFor, visibleRows } from '../query/access.ts'
import { columnRef } from '../query/column-ref.ts'
import { allOf, isNever } from '../query/condition.ts'
import { type SelectionContext, selectionFromInput } from '../query/selection.ts'
import type { Assignment } from '../sql/write-sql.ts'
import { announce } from './announce.ts'
import { assignmentsFrom, incrementsFrom, splitLinks } from './assignments.ts'
import { type CheckedInput, checkInput } from './check-input.ts'
import { demandsOf } from './demands.ts'
import { hasHooks, runHooks, valuesAfterHooks } from './hooks.ts'
import { rangesOf, requireInRange } from './increment-range.ts'
import { makeLinks } from './links.ts'
import { mergeNeeds, mergePatch } from './merge-patch.ts'
import { hasId, notFound } from './one-record.ts'
import type { ChangeAnswer, ChangeOptions, OperationContext, Operations } from './operations.ts'
import { denial, denialNow, holdsNow, permissionsFor } from './permissions.ts'
import { danglingReferences, referencesExist } from './references.ts'
import { requireInScope } from './refusal.ts'
import { askAs, collectionNamed, type InTransaction, inTransaction, type Runtime } from './runtime.ts'
import { findAsSystem, readAsSystem, type StoredRecord, versionAndJson } from './stored-record.ts'
import { changedMeanwhile, nothingGiven, whyUnchanged } from './why-unchanged.ts'
import { writeRow } from './write.ts'

/** Changes the members that `patch` has (RFC 7396), or throws before anything is kept. */
export async function updateRecord(
  context: OperationContext,
  name: string,
  id: string,
  patch: unknown,
  options: ChangeOptions,
  operations: Operations,
  runtime: Runtime,
): Promise<ChangeAnswer> {
  const collection = collectionNamed(name, runtime)
  requireInScope('update', collection, context.actor)
  if (!isId(id)) throw notFound(collection)
  return inTransaction(context, runtime, async (joined) => {
    const whole = await completedPatch(patch, id, options, collection, joined, runtime)
    const mode = { operation: 'update', allowsIncrements: context.isLocal === true } as const
    const given = checkInput(whole, collection, askAs(context, runtime), mode)
    return updateInside(joined, collection, id, given, options, operations, runtime)
  })
}

/**
 * The patch with parts of values completed by what is stored.
 *
 * Its problems could tell of what is stored, and even that there is something: nobody gets them who may not change the record.
 */
async function completedPatch(
  patch: unknown,
  id: string,
  options: ChangeOptions,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
): Promise<unknown> {
  const isHopeless = isNever(ruleFor(collection.rules.update, collection, askAs(context, runtime)))
  const needsStored = mergeNeeds(patch, collection)
  if (!isHopeless && !needsStored) return patch
  const previous = await lockChangeable(id, nothingGiven, options, collection, context, runtime)
  return mergePatch(patch, previous, collection)
}

/** The record with everything in it, locked, when the actor may change it. */
async function lockChangeable(
  id: string,
  given: Pick<CheckedInput, 'ruledFields'>,
  options: ChangeOptions,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
): Promise<StoredRecord> {
  const reason = await whyUnchanged('update', id, given, options, collection, context, runtime)
  if (reason !== undefined) throw reason
  const record = await findAsSystem(id, collection, context, runtime, true)
  if (record === undefined) throw notFound(collection)
  return record
}

/** The part inside the transaction: hooks, the row, its links, what is announced. */
export async function updateInside(
  context: InTransaction,
  collection: CollectionModel,
  id: string,
  given: CheckedInput,
  options: ChangeOptions,
  operations: Operations,
  runtime: Runtime,
): Promise<ChangeAnswer> {
  // Hooks may have effects of their own, so nobody gets as far as them who may not change the record.
  const previous = hasHooks(collection, 'beforeUpdate', 'afterUpdate')
    ? await lockChangeable(id, given, options, collection, context, runtime)
    : undefined
  const changed = await valuesAfterHooks('beforeUpdate', given, { previous }, collection, context, operations, runtime)
  const { own, links } = splitLinks(changed.values, collection)
  const answer = await writeChange(
    id,
    { ...changed, values: own },
    links.length > 0,
    options,
    collection,
    context,
    runtime,
  )
  if (links.length > 0) {
    await makeLinks(id, links, changed, context, runtime)
    const refused = await denialNow(id, 'update', changed, collection, context, runtime)
    if (refused !== undefined) throw refused
  }
  await announce('updated', id, collection, context, runtime)
  if (hasHooks(collection, 'afterUpdate')) {
    const record = await readAsSystem(id, collection, context, runtime)
    await runHooks('afterUpdate', { record, previous }, collection, context, operations, runtime)
  }
  const mayBeOther = links.length > 0 || hasHooks(collection, 'afterUpdate')
  const now = mayBeOther ? await versionAndJson(id, collection, context, runtime) : undefined
  return { kind: 'change', collection: collection.name, id, isCreated: false, ...(now ?? answer) }
}

/** @param hasLinks  rules may speak of them, so what must hold afterwards is asked when these are made. */
async function writeChange(
  id: string,
  given: CheckedInput,
  hasLinks: boolean,
  options: ChangeOptions,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
): Promise<{ readonly version: number; readonly json: string }> {
  const asking = askAs(context, runtime)
  const permissions = permissionsFor('update', given, collection, asking)
  const readable = readableRows(collection, asking)
  const ranges = rangesOf(given.increments, collection, asking)
  const afterwards = hasLinks ? [] : permissions
  const request = {
    collection,
    assignments: [
      ...assignmentsFrom(given.values, collection, asking.values),
      ...incrementsFrom(given.increments, collection, asking.values),
      ...housekeeping(collection, context, asking),
    ],
    where: allOf([
      hasId(id, collection, asking),
      visibleRows(collection, asking),
      ...permissions.map(({ condition }) => condition),
      ...demandsOf(options, collection, asking),
      referencesExist(given.values, given.referred, collection, asking),
    ]),
    selection: selectionFromInput({}, collection, asking),
    checks: [...[...afterwards, ...ranges].map(({ condition }) => condition), readable],
  }
  const row = await writeRow('update', request, asking, context, runtime)
  if (row === undefined)
    throw (
      (await whyUnchanged('update', id, given, options, collection, context, runtime)) ??
      (await danglingReferences(given.values, given.referred, collection, context, runtime)) ??
      changedMeanwhile(collection)
    )
  const denied = afterwards.filter(({ condition }) => !row.holds(condition))
  if (denied.length > 0)
    throw await denial(denied, 'update', collection, context, holdsNow(id, collection, context, runtime))
  requireInRange(
    ranges.filter(({ condition }) => !row.holds(condition)),
    collection,
  )
  // A change may take the record out of the actor's sight; the change stands, its result is not shown.
  return { version: row.version, json: row.holds(readable) ? row.json : JSON.stringify({ id }) }
}

/** Every change moves the version on and tells when. */
function housekeeping(
  collection: CollectionModel,
  context: OperationContext,
  { values }: SelectionContext,
): readonly Assignment[] {
  const version = columnRef(collection.fields.get('version')!)
  const updatedAt = columnRef(collection.fields.get('updatedAt')!)
  return [
    {
      column: version.column,
      type: version.type,
      slot: values.add({ kind: 'scalar', type: version.type, value: 1 }),
      isIncrement: true,
    },
    {
      column: updatedAt.column,
      type: updatedAt.type,
      slot: values.add({ kind: 'scalar', type: updatedAt.type, value: context.now }),
    },
  ]
}
