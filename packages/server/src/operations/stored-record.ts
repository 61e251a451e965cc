import { system } from '../model/actor.ts'
import type { CollectionModel } from '../model/model.ts'
import { readableRows } from '../query/access.ts'
import { allOf, always, type Condition, isNever } from '../query/condition.ts'
import type { Selection } from '../query/plan.ts'
import { type SelectionContext, selectionFromInput } from '../query/selection.ts'
import type { RecordValues } from './check-input.ts'
import { hasId, notFound, oneRecordPlan, runRead } from './one-record.ts'
import { askAs, type InTransaction, type Runtime } from './runtime.ts'

export type StoredRecord = RecordValues & { readonly id: string; readonly version: number }

/** The record with everything in it, for logic of the application; undefined when there is none. */
export async function findAsSystem(
  id: string,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
  isForUpdate = false,
): Promise<StoredRecord | undefined> {
  const asking = { ...askAs(context, runtime), actor: system }
  const selection = selectionFromInput({}, collection, asking)
  const plan = oneRecordPlan(collection, selection, hasId(id, collection, asking), isForUpdate)
  const row = (await runRead(plan, asking, context, runtime))[0]
  return row === undefined ? undefined : (JSON.parse(row[0] as string) as StoredRecord)
}

export async function readAsSystem(
  id: string,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
): Promise<StoredRecord> {
  const record = await findAsSystem(id, collection, context, runtime)
  if (record === undefined) throw notFound(collection)
  return record
}

/** The record as it is now: its JSON as the actor may see it, just its id when the actor may not; undefined when it is gone. */
export async function versionAndJson(
  id: string,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
): Promise<{ readonly version: number; readonly json: string } | undefined> {
  const asking = askAs(context, runtime)
  const visible = allOf([hasId(id, collection, asking), readableRows(collection, asking)])
  const plan = oneRecordPlan(collection, selectionFromInput({}, collection, asking), visible)
  const row = isNever(visible) ? undefined : (await runRead(plan, asking, context, runtime))[0]
  if (row !== undefined) return { version: Number(row[2]), json: row[0] as string }
  const version = await versionWhere(id, () => always, collection, context, runtime)
  return version === undefined ? undefined : { version, json: JSON.stringify({ id }) }
}

/** The version of the record if it satisfies a condition; undefined otherwise. */
export async function versionWhere(
  id: string,
  condition: (asking: SelectionContext) => Condition,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
): Promise<number | undefined> {
  const asking = askAs(context, runtime)
  const where = allOf([hasId(id, collection, asking), condition(asking)])
  if (isNever(where)) return undefined
  const row = (await runRead(oneRecordPlan(collection, onlyId, where), asking, context, runtime))[0]
  return row === undefined ? undefined : Number(row[2])
}

export const onlyId: Selection = Object.freeze({ fields: [{ name: 'id' }], expands: [] })
