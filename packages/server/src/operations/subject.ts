import { system } from '../model/actor.ts'
import type { CollectionModel } from '../model/model.ts'
import { allOf } from '../query/condition.ts'
import { selectionFromInput } from '../query/selection.ts'
import { hasId, notFound, oneRecordPlan, runRead } from './read.ts'
import { askAs, type InTransaction, type Runtime } from './runtime.ts'
import type { RecordValues } from './validate.ts'

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
  const plan = oneRecordPlan(
    collection,
    selectionFromInput({}, collection, asking),
    allOf([hasId(id, collection, asking)]),
    isForUpdate,
  )
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
