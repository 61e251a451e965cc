import { isId } from '../base/id.ts'
import type { CollectionModel } from '../model/model.ts'
import { fieldWritable } from '../query/access.ts'
import { isNever } from '../query/condition.ts'
import { checkNewInput, createInside, requireCreatable } from './create.ts'
import { operationErrors } from './errors.ts'
import type { ChangeAnswer, OperationContext, Operations, ReplaceOptions } from './operations.ts'
import { notFound } from './read.ts'
import { askAs, collectionNamed, type InTransaction, inTransaction, type Runtime } from './runtime.ts'
import { findAsSystem, type StoredRecord } from './subject.ts'
import { updateInside } from './update.ts'
import { type CheckedInput, checkInput, completeValues, type RecordValues } from './validate.ts'
import { whyUnchanged } from './why-unchanged.ts'

/** Replaces all members that the actor may set, or creates the record under this id. */
export async function replaceRecord(
  context: OperationContext,
  name: string,
  id: string,
  input: unknown,
  options: ReplaceOptions,
  operations: Operations,
  runtime: Runtime,
): Promise<ChangeAnswer> {
  const collection = collectionNamed(name, runtime)
  if (!isId(id)) throw notFound(collection)
  return inTransaction(context, runtime, async (joined) => {
    const previous = await findAsSystem(id, collection, joined, runtime, true)
    if (previous === undefined) return createUnder(id, input, options, collection, joined, operations, runtime)
    return replaceInside(previous, input, options, collection, joined, operations, runtime)
  })
}

function createUnder(
  id: string,
  input: unknown,
  options: ReplaceOptions,
  collection: CollectionModel,
  context: InTransaction,
  operations: Operations,
  runtime: Runtime,
): Promise<ChangeAnswer> {
  if (options.versions !== undefined || options.mustExist === true)
    throw operationErrors.stale({ details: { collection: collection.name } })
  requireCreatable(collection, context, runtime)
  const given = checkNewInput(input, collection, context, runtime, 'replace')
  requireSameId(given, id)
  return createInside(context, collection, { ...given, id }, operations, runtime)
}

async function replaceInside(
  previous: StoredRecord,
  input: unknown,
  options: ReplaceOptions,
  collection: CollectionModel,
  context: InTransaction,
  operations: Operations,
  runtime: Runtime,
): Promise<ChangeAnswer> {
  const { id } = previous
  // First whether it may be changed at all: to whom it is hidden, it is not there to be described.
  const reason = await whyUnchanged('update', id, undefined, options, collection, context, runtime)
  if (reason !== undefined) throw reason
  if (options.mustNotExist === true) throw operationErrors.stale({ details: { collection: collection.name } })
  const asking = askAs(context, runtime)
  const given = checkInput(input, collection, asking, { operation: 'replace', allowsIncrements: false })
  requireSameId(given, id)
  requireUnchanged(given.values, previous, collection)
  const values = completeValues(
    { ...keptValues(previous, collection, context, runtime), ...given.values },
    collection,
    asking,
  )
  return updateInside(context, collection, id, { ...given, values }, previous, options, operations, runtime)
}

/** What the actor may not set, and what is set once, stays as it is. */
function keptValues(
  previous: StoredRecord,
  collection: CollectionModel,
  context: OperationContext,
  runtime: Runtime,
): RecordValues {
  const asking = askAs(context, runtime)
  const kept = [...collection.fields.values()].filter(
    (field) =>
      !field.isSystem &&
      field.columns.length > 0 &&
      (field.isImmutable || isNever(fieldWritable(field, collection, asking))),
  )
  return Object.fromEntries(kept.map((field) => [field.name, previous[field.name] ?? null]))
}

function requireSameId(given: CheckedInput, id: string): void {
  if (given.id === undefined || given.id === id) return
  throw operationErrors.invalid({
    issues: [{ pointer: '/id', code: 'immutable', message: 'must be the id in the path, or left out' }],
  })
}

function requireUnchanged(values: RecordValues, previous: StoredRecord, collection: CollectionModel): void {
  const changed = Object.entries(values).filter(
    ([name, value]) =>
      collection.fields.get(name)!.isImmutable && JSON.stringify(value) !== JSON.stringify(previous[name]),
  )
  const issues = changed.map(([name]) => ({
    pointer: `/${name}`,
    code: 'immutable',
    message: 'cannot be changed once it is set',
  }))
  if (issues.length > 0) throw operationErrors.invalid({ issues })
}
