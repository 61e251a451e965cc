import { isId } from '../base/id.ts'
import { fieldWritable, readableField } from '../query/access.ts'
import { isNever } from '../query/condition.ts'
import { isToMany } from '../query/selection.ts'
import { operationErrors } from './errors.ts'
import { addLinks } from './links.ts'
import type { ChangeAnswer, OperationContext, Operations } from './operations.ts'
import { notFound } from './read.ts'
import { askAs, collectionNamed, inTransaction, type Runtime, refusal } from './runtime.ts'
import { isPlainObject } from './validate.ts'

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
  const asking = askAs(context, runtime)
  const field = readableField(relationName, collection, asking)?.field
  const relation = field?.relation
  if (
    field === undefined ||
    relation === undefined ||
    relation.kind === 'reference' ||
    !(isToMany(relation) || relation.kind === 'one')
  ) {
    throw operationErrors.unknown_relation({ details: { collection: name, relation: relationName } })
  }
  if (!isId(id)) throw notFound(collection)
  return inTransaction(context, runtime, async (joined) => {
    await operations.get(joined, name, id, { fields: ['id'] })
    if (relation.kind !== 'manyToMany')
      return operations.create(joined, relation.target, connected(input, relation.by, id))
    if (isNever(fieldWritable(field, collection, asking))) throw refusal('update', name, context.actor)
    const created = await operations.create(joined, relation.target, input)
    // An update without values asks the rules of the record and moves its version on.
    await operations.update(joined, name, id, {})
    await addLinks(field, id, [created.id], joined, runtime)
    return created
  })
}

function connected(input: unknown, by: string, id: string): unknown {
  if (!isPlainObject(input)) return input
  if (input[by] !== undefined && input[by] !== id) {
    throw operationErrors.invalid({
      issues: [{ pointer: `/${by}`, code: 'conflict', message: 'must be the record in the path, or left out' }],
    })
  }
  return { ...input, [by]: id }
}
