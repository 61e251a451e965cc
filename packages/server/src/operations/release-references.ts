import type { CollectionModel, FieldModel } from '../model/model.ts'
import { columnRef } from '../query/column-ref.ts'
import { updateSql, type WritePlan } from '../sql/write-sql.ts'
import { announce } from './announce.ts'
import { touchRow } from './cache/touch.ts'
import { askAs, type InTransaction, type Runtime } from './runtime.ts'
import { onlyId } from './stored-record.ts'

/** A field that is set to null when the record it refers to is deleted. */
export interface Referrer {
  readonly collection: CollectionModel
  readonly field: FieldModel
}

export function referrersToRelease(target: CollectionModel, { model }: Runtime): readonly Referrer[] {
  return [...model.collections.values()].flatMap((collection) =>
    [...collection.fields.values()]
      .filter(({ relation }) => relation?.kind === 'reference' && relation.onDelete === 'setNull')
      .filter(({ relation }) => relation!.target === target.name)
      .map((field) => ({ collection, field })),
  )
}

/** The database could set the references to null by itself, but it would not move the versions of those records on. */
export async function releaseReferences(
  id: string,
  referrers: readonly Referrer[],
  context: InTransaction,
  runtime: Runtime,
): Promise<void> {
  for (const referrer of referrers) await release(id, referrer, context, runtime)
}

async function release(
  id: string,
  { collection, field }: Referrer,
  context: InTransaction,
  runtime: Runtime,
): Promise<void> {
  const { values } = askAs(context, runtime)
  const slot = (kind: 'id' | 'integer' | 'instant', value: unknown) =>
    values.add({ kind: 'scalar', type: { kind }, value })
  const column = columnRef(field)
  const plan: WritePlan = {
    collection: collection.name,
    assignments: [
      { column: column.column, type: column.type, slot: slot('id', null) },
      { column: 'version', type: { kind: 'integer' }, slot: slot('integer', 1), isIncrement: true },
      { column: 'updated_at', type: { kind: 'instant' }, slot: slot('instant', context.now) },
    ],
    where: { kind: 'compare', op: 'eq', column, slot: slot('id', id) },
    selection: onlyId,
    checks: [],
  }
  const { model, statements, database } = runtime
  const statement = statements.prepare('update', plan, values.all, () => updateSql(plan, model, database.dialect))
  const released = await context.tx.query(statement)
  for (const row of released) {
    const releasedId = row[1] as string
    touchRow('update', releasedId, collection, context, runtime)
    await announce('updated', releasedId, collection, context, runtime)
  }
}
