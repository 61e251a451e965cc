import { isId } from '../base/id.ts'
import type { CollectionModel } from '../model/model.ts'
import { readableRows, ruleFor } from '../query/access.ts'
import { columnRef } from '../query/column-ref.ts'
import { allOf, always } from '../query/condition.ts'
import { updateSql } from '../sql/write-sql.ts'
import { announce } from './announce.ts'
import { demandsOf } from './demands.ts'
import { hasHooks, runHooks } from './hooks.ts'
import type { ChangeOptions, OperationContext, Operations } from './operations.ts'
import { hasId, notFound } from './read.ts'
import { askAs, collectionNamed, type InTransaction, inTransaction, type Runtime } from './runtime.ts'
import { findAsSystem } from './subject.ts'
import { whyUnchanged } from './why-unchanged.ts'
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
  if (!isId(id)) throw notFound(collection)
  await inTransaction(context, runtime, async (joined) => {
    const hooks = hasHooks(collection, 'beforeDelete', 'afterDelete')
    const record = hooks ? await subjectOfHooks(id, options, collection, joined, runtime) : undefined
    if (record !== undefined) await runHooks('beforeDelete', { record }, collection, joined, operations, runtime)
    await releaseReferences(id, collection, joined, runtime)
    await removeRow(id, options, collection, joined, runtime)
    if (record !== undefined) await runHooks('afterDelete', { record }, collection, joined, operations, runtime)
    await announce('deleted', id, collection, joined, runtime)
  })
}

async function subjectOfHooks(
  id: string,
  options: ChangeOptions,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
) {
  const record = await findAsSystem(id, collection, context, runtime, true)
  const reason = await whyUnchanged('delete', id, undefined, options, collection, context, runtime)
  if (reason !== undefined) throw reason
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
    readableRows(collection, asking),
    ruleFor(collection.rules.delete, collection, asking),
    ...demandsOf(options, collection, asking),
  ])
  const row = await writeRow('delete', { collection, assignments: [], where, checks: [] }, asking, context, runtime)
  if (row === undefined)
    throw (await whyUnchanged('delete', id, undefined, options, collection, context, runtime)) ?? notFound(collection)
}

/** The database could set the references to null by itself, but it would not move the versions of those records on. */
async function releaseReferences(
  id: string,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
): Promise<void> {
  for (const referrer of runtime.model.collections.values()) {
    for (const field of referrer.fields.values()) {
      const { relation } = field
      if (relation?.kind === 'reference' && relation.target === collection.name && relation.onDelete === 'setNull')
        await release(id, referrer, field.name, context, runtime)
    }
  }
}

async function release(
  id: string,
  referrer: CollectionModel,
  fieldName: string,
  context: InTransaction,
  { statements, model, database: { dialect } }: Runtime,
): Promise<void> {
  const asking = { values: [] as { kind: 'scalar'; type: { kind: 'id' | 'integer' | 'instant' }; value: unknown }[] }
  const add = (kind: 'id' | 'integer' | 'instant', value: unknown) =>
    asking.values.push({ kind: 'scalar', type: { kind }, value }) - 1
  const column = columnRef(referrer.fields.get(fieldName)!)
  const plan = {
    collection: referrer.name,
    assignments: [
      { column: column.column, type: column.type, slot: add('id', null) },
      { column: 'version', type: { kind: 'integer' } as const, slot: add('integer', 1), isIncrement: true },
      { column: 'updated_at', type: { kind: 'instant' } as const, slot: add('instant', context.now) },
    ],
    where: { kind: 'compare', op: 'eq', column, slot: add('id', id) } as const,
    selection: { fields: [{ name: 'id' }], expands: [] },
    checks: [always],
  }
  await context.tx.query(statements.prepare('update', plan, asking.values, () => updateSql(plan, model, dialect)))
}
