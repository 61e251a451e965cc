import { isId } from '../base/id.ts'
import type { CollectionModel } from '../model/model.ts'
import { readableRows, ruleFor } from '../query/access.ts'
import { columnRef } from '../query/column-ref.ts'
import { allOf } from '../query/condition.ts'
import type { SelectionContext } from '../query/selection.ts'
import type { Assignment } from '../sql/write-sql.ts'
import { announce } from './announce.ts'
import { assignmentsFrom, incrementsFrom, splitLinks } from './assignments.ts'
import { checkHookValues } from './create.ts'
import { demandsOf } from './demands.ts'
import { hasHooks, runHooks } from './hooks.ts'
import { replaceLinks } from './links.ts'
import { mergeNeeds, mergePatch } from './merge-patch.ts'
import type { ChangeAnswer, ChangeOptions, OperationContext, Operations } from './operations.ts'
import { hasId, notFound } from './read.ts'
import { askAs, collectionNamed, type InTransaction, inTransaction, type Runtime, refusal } from './runtime.ts'
import { findAsSystem, type StoredRecord } from './subject.ts'
import { type CheckedInput, checkInput, writeConditions } from './validate.ts'
import { whyUnchanged } from './why-unchanged.ts'
import { checkList, referenceChecks, requireIncrementsInRange, requireReferences, writeRow } from './write.ts'

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
  if (!isId(id)) throw notFound(collection)
  return inTransaction(context, runtime, async (joined) => {
    const previous = await previousWhereNeeded(id, patch, collection, joined, runtime)
    const merged = previous === undefined ? patch : mergePatch(patch, previous, collection)
    const given = checkInput(merged, collection, askAs(context, runtime), {
      operation: 'update',
      allowsIncrements: context.isLocal === true,
    })
    return updateInside(joined, collection, id, given, previous, options, operations, runtime)
  })
}

/** Whoever needs the record as it was (hooks, patches of a part of a value) gets it locked. */
async function previousWhereNeeded(
  id: string,
  patch: unknown,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
): Promise<StoredRecord | undefined> {
  if (!hasHooks(collection, 'beforeUpdate', 'afterUpdate') && !mergeNeeds(patch, collection)) return undefined
  const previous = await findAsSystem(id, collection, context, runtime, true)
  if (previous === undefined) throw notFound(collection)
  return previous
}

/** The part inside the transaction: hooks, the row, its links, what is announced. */
export async function updateInside(
  context: InTransaction,
  collection: CollectionModel,
  id: string,
  checked: CheckedInput,
  previous: StoredRecord | undefined,
  options: ChangeOptions,
  operations: Operations,
  runtime: Runtime,
): Promise<ChangeAnswer> {
  // Hooks may have effects of their own, so nobody gets as far as them who may not change the record.
  if (hasHooks(collection, 'beforeUpdate')) await requireChangeable(id, checked, options, collection, context, runtime)
  const given = await afterBeforeHooks(checked, previous, collection, context, operations, runtime)
  const answer = await change(id, given, options, collection, context, runtime)
  if (hasHooks(collection, 'afterUpdate')) {
    const record = await findAsSystem(id, collection, context, runtime)
    await runHooks('afterUpdate', { record, previous }, collection, context, operations, runtime)
  }
  await announce('updated', id, collection, context, runtime)
  return answer
}

async function requireChangeable(
  id: string,
  given: CheckedInput,
  options: ChangeOptions,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
): Promise<void> {
  const reason = await whyUnchanged('update', id, given, options, collection, context, runtime)
  if (reason !== undefined) throw reason
}

async function afterBeforeHooks(
  given: CheckedInput,
  previous: StoredRecord | undefined,
  collection: CollectionModel,
  context: InTransaction,
  operations: Operations,
  runtime: Runtime,
): Promise<CheckedInput> {
  if (!hasHooks(collection, 'beforeUpdate')) return given
  let values = given.values
  for (const result of await runHooks('beforeUpdate', { values, previous }, collection, context, operations, runtime)) {
    values = { ...values, ...checkHookValues(result, collection, context, runtime) }
  }
  return { ...given, values }
}

async function change(
  id: string,
  given: CheckedInput,
  options: ChangeOptions,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
): Promise<ChangeAnswer> {
  const asking = askAs(context, runtime)
  const { own, links } = splitLinks(given.values, collection)
  const rule = allOf([
    ruleFor(collection.rules.update, collection, asking),
    ...writeConditions(given, collection, asking),
  ])
  const readable = readableRows(collection, asking)
  const where = allOf([hasId(id, collection, asking), readable, rule, ...demandsOf(options, collection, asking)])
  const assignments = [
    ...assignmentsFrom(own, collection, asking.values),
    ...incrementsFrom(given.increments, collection, asking.values),
    ...housekeeping(collection, context, asking),
  ]
  const checks = checkList()
  const allowed = checks.add(rule)
  const visible = checks.add(readable)
  const references = referenceChecks(own, collection, asking, runtime)
  const first = checks.all.length
  checks.all.push(...references.map(({ condition }) => condition))
  const row = await writeRow('update', { collection, assignments, where, checks: checks.all }, asking, context, runtime)
  if (row === undefined)
    throw (await whyUnchanged('update', id, given, options, collection, context, runtime)) ?? notFound(collection)
  requireReferences(references, row.checks.slice(first))
  if (!checks.holds(row, allowed)) throw refusal('update', collection.name, context.actor)
  const incremented = Object.keys(given.increments)
  if (incremented.length > 0)
    requireIncrementsInRange(incremented, collection, (await findAsSystem(id, collection, context, runtime))!)
  for (const { field, ids } of links) await replaceLinks(field, id, ids, context, runtime)
  // A change may take the record out of the actor's sight; the change stands, its result is not shown.
  const json = checks.holds(row, visible) ? row.json : JSON.stringify({ id })
  return { kind: 'change', collection: collection.name, id, version: row.version, isCreated: false, json }
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
