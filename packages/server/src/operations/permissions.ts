import type { IssueCode } from '../base/issue-codes.ts'
import type { CollectionModel, FieldModel } from '../model/model.ts'
import { fieldWritable, ruleFor } from '../query/access.ts'
import type { Condition } from '../query/condition.ts'
import type { SelectionContext } from '../query/selection.ts'
import { type CheckedInput, forbiddenSentence } from './check-input.ts'
import { operationErrors } from './errors.ts'
import type { OperationContext } from './operations.ts'
import { type InTransaction, type Runtime, refusal } from './runtime.ts'
import { versionWhere } from './stored-record.ts'

/** What must hold of a record so that the actor may write it: the rule of the operation, and those of the given fields. */
export interface Permission {
  /** Undefined: the operation itself. */
  readonly field: FieldModel | undefined
  readonly condition: Condition
}

export type WriteName = 'create' | 'update' | 'delete'
type Given = Pick<CheckedInput, 'ruledFields'>

export function permissionsFor(
  operation: WriteName,
  { ruledFields }: Given,
  collection: CollectionModel,
  asking: SelectionContext,
): readonly Permission[] {
  return [
    { field: undefined, condition: ruleFor(collection.rules[operation], collection, asking) },
    ...ruledFields.map((field) => ({ field, condition: fieldWritable(field, collection, asking) })),
  ]
}

/** Why the actor may not write the record as it is now; undefined when nothing is in the way. */
export async function denialNow(
  id: string,
  operation: WriteName,
  given: Given,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
): Promise<Error | undefined> {
  const rule = (asking: SelectionContext) => ruleFor(collection.rules[operation], collection, asking)
  if ((await versionWhere(id, rule, collection, context, runtime)) === undefined)
    return denial([{ field: undefined }], operation, collection, context)
  const denied: Pick<Permission, 'field'>[] = []
  for (const field of given.ruledFields) {
    const isWritable = (asking: SelectionContext) => fieldWritable(field, collection, asking)
    if ((await versionWhere(id, isWritable, collection, context, runtime)) === undefined) denied.push({ field })
  }
  return denial(denied, operation, collection, context)
}

/** @throws operation_forbidden, operation_sign_in_required, operation_field_forbidden  when something is denied. */
export function requirePermitted(
  denied: readonly Permission[],
  operation: WriteName,
  collection: CollectionModel,
  context: OperationContext,
): void {
  const error = denial(denied, operation, collection, context)
  if (error !== undefined) throw error
}

/** The refusal of the whole operation, or of the fields that are named then. */
function denial(
  denied: readonly Pick<Permission, 'field'>[],
  operation: WriteName,
  collection: CollectionModel,
  context: OperationContext,
): Error | undefined {
  if (denied.length === 0) return undefined
  const fields = denied.flatMap(({ field }) => field ?? [])
  if (fields.length < denied.length) return refusal(operation, collection.name, context.actor)
  const issues = fields.map(({ name }) => ({
    pointer: `/${name}`,
    code: 'forbidden' satisfies IssueCode,
    message: forbiddenSentence,
  }))
  return operationErrors.field_forbidden({ issues })
}
