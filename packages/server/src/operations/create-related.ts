import { isId } from '../base/id.ts'
import { isObject } from '../base/is-object.ts'
import type { IssueCode } from '../base/issue-codes.ts'
import type { CollectionModel, FieldModel } from '../model/model.ts'
import { isFarSide } from '../model/relation.ts'
import { connectionWritable, fieldReadable, fieldWritable, visibleRows } from '../query/access.ts'
import { allOf, isNever } from '../query/condition.ts'
import type { SelectionContext } from '../query/selection.ts'
import { operationErrors } from './errors.ts'
import { addLinks } from './links.ts'
import { notFound } from './one-record.ts'
import type { ChangeAnswer, OperationContext, Operations } from './operations.ts'
import { denialNow } from './permissions.ts'
import { refusal, requireInScope } from './refusal.ts'
import { askAs, collectionNamed, type InTransaction, inTransaction, type Runtime } from './runtime.ts'
import { versionWhere } from './stored-record.ts'
import { updateInside } from './update.ts'

/** Creates a record at the far side of a relation of a record, connected to it. */
export async function createRelated(
  context: OperationContext,
  name: string,
  id: string,
  relationName: string,
  input: unknown,
  operations: Operations,
  runtime: Runtime,
): Promise<ChangeAnswer> {
  const collection = collectionNamed(name, runtime)
  const field = requireRelation(relationName, collection, askAs(context, runtime))
  const relation = field.relation!
  requireInScope('create', collectionNamed(relation.target, runtime), context.actor)
  if (!isFarSide(relation)) requireInScope('update', collection, context.actor)
  if (!isId(id)) throw notFound(collection)
  return inTransaction(context, runtime, async (joined) => {
    await requireVisible(id, field, collection, joined, runtime)
    if (isFarSide(relation)) return operations.create(joined, relation.target, connected(input, relation.by, id))
    const created = await operations.create(joined, relation.target, input)
    await link(id, field, created.id, collection, joined, operations, runtime)
    return created
  })
}

function requireRelation(name: string, collection: CollectionModel, asking: SelectionContext): FieldModel {
  const field = collection.fields.get(name)
  const isOfOthers = field?.relation !== undefined && field.relation.kind !== 'reference'
  if (isOfOthers && !isNever(fieldReadable(field, collection, asking))) return field
  throw operationErrors.unknown_relation({ details: { collection: collection.name, relation: name } })
}

/** The relation belongs to a record that exists for the actor, and is not hidden in it. */
async function requireVisible(
  id: string,
  field: FieldModel,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
): Promise<void> {
  const visible = (asking: SelectionContext) =>
    allOf([visibleRows(collection, asking), fieldReadable(field, collection, asking)])
  if ((await versionWhere(id, visible, collection, context, runtime)) === undefined) throw notFound(collection)
}

function connected(input: unknown, by: string, id: string): unknown {
  if (!isObject(input)) return input
  if (input[by] !== undefined && input[by] !== id) {
    const message = 'must be the record in the path, or left out'
    throw operationErrors.invalid({ issues: [{ pointer: `/${by}`, code: 'conflict' satisfies IssueCode, message }] })
  }
  return { ...input, [by]: id }
}

/** Linking is a change of the record: it asks its rules before and after, and moves its version on. */
async function link(
  id: string,
  field: FieldModel,
  targetId: string,
  collection: CollectionModel,
  context: InTransaction,
  operations: Operations,
  runtime: Runtime,
): Promise<void> {
  if (isNever(fieldWritable(field, collection, askAs(context, runtime))))
    throw refusal('update', collection, context.actor)
  const target = collectionNamed(field.relation!.target, runtime)
  const isLinkable = (asking: SelectionContext) => connectionWritable(field, asking)
  if ((await versionWhere(targetId, isLinkable, target, context, runtime)) === undefined)
    throw refusal('update', target, context.actor)
  const given = { values: {}, increments: {}, ruledFields: [field], referred: new Set<string>(), id: undefined }
  await updateInside(context, collection, id, given, {}, operations, runtime)
  await addLinks(field, id, [targetId], context, runtime)
  const refused = await denialNow(id, 'update', given, collection, context, runtime)
  if (refused !== undefined) throw refused
}
