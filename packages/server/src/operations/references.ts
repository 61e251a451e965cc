import type { Issue } from '../base/error.ts'
import type { IssueCode } from '../base/issue-codes.ts'
import type { CollectionModel, FieldModel } from '../model/model.ts'
import { requireCollection } from '../model/require-collection.ts'
import { type Asking, visibleRows } from '../query/access.ts'
import { allOf, always, type Condition } from '../query/condition.ts'
import type { CheckedInput, RecordValues } from './check-input.ts'
import { operationErrors } from './errors.ts'
import { hasId, oneRecordPlan, runRead } from './one-record.ts'
import type { OperationContext } from './operations.ts'
import { askAs, type Runtime } from './runtime.ts'
import { onlyId } from './stored-record.ts'

/** A reference among the values of a write. */
export interface WrittenReference {
  readonly field: FieldModel
  readonly id: string
  /** Set by the actor, to whom a record that may not be read does not exist. Defaults and hooks may refer to any. */
  readonly isOfActor: boolean
}

/** What must hold so that a row may be written: all its references lead to records. */
export function referencesExist(
  values: RecordValues,
  referred: CheckedInput['referred'],
  collection: CollectionModel,
  asking: Asking,
): Condition {
  return allOf(referencesAmong(values, referred, collection).map((reference) => referenceExists(reference, asking)))
}

/** That a reference leads to a record; its id is in the slot. */
export function referenceExists(
  { field, id, isOfActor }: WrittenReference,
  asking: Asking,
): Extract<Condition, { kind: 'exists' }> {
  const target = requireCollection(asking.model, field.relation!.target)
  const slot = asking.values.add({ kind: 'scalar', type: { kind: 'id' }, value: id })
  return { kind: 'exists', collection: target.name, slot, of: isOfActor ? visibleRows(target, asking) : always }
}

/** The error that names the references that lead nowhere; undefined when all lead to records. */
export async function danglingReferences(
  values: RecordValues,
  referred: CheckedInput['referred'],
  collection: CollectionModel,
  context: OperationContext,
  runtime: Runtime,
): Promise<Error | undefined> {
  const issues: Issue[] = []
  for (const reference of referencesAmong(values, referred, collection)) {
    if (!(await leadsToRecord(reference, context, runtime))) issues.push(unknownRecord(reference.field))
  }
  return issues.length === 0 ? undefined : operationErrors.invalid({ issues })
}

/** @param place  which of several ids of the field. */
export function unknownRecord(field: FieldModel, place?: number): Issue {
  const pointer = place === undefined ? `/${field.name}` : `/${field.name}/${place}`
  return {
    pointer,
    code: 'unknown_record' satisfies IssueCode,
    message: `must be the id of a record of ${field.relation!.target}`,
  }
}

export function referencesAmong(
  values: RecordValues,
  referred: CheckedInput['referred'],
  collection: CollectionModel,
): readonly WrittenReference[] {
  const found: WrittenReference[] = []
  for (const field of collection.fields.values()) {
    if (field.relation?.kind !== 'reference') continue
    const id = values[field.name]
    if (typeof id === 'string') found.push({ field, id, isOfActor: referred.has(field.name) })
  }
  return found
}

async function leadsToRecord(
  { field, id, isOfActor }: WrittenReference,
  context: OperationContext,
  runtime: Runtime,
): Promise<boolean> {
  const asking = askAs(context, runtime)
  const target = requireCollection(runtime.model, field.relation!.target)
  const where = allOf([hasId(id, target, asking), isOfActor ? visibleRows(target, asking) : always])
  return (await runRead(oneRecordPlan(target, onlyId, where), asking, context, runtime)).length > 0
}
