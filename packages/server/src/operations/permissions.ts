import type { IssueCode } from '../base/issue-codes.ts'
import type { MaybePromise } from '../base/maybe-promise.ts'
import { asksAuthentication } from '../model/asks-authentication.ts'
import type { CollectionModel, FieldModel } from '../model/model.ts'
import { fieldWritable, ruleFor } from '../query/access.ts'
import { type Condition, isLocal } from '../query/condition.ts'
import { evaluate } from '../query/evaluate.ts'
import type { SelectionContext } from '../query/selection.ts'
import { type CheckedInput, forbiddenSentence, type RecordValues } from './check-input.ts'
import { operationErrors } from './errors.ts'
import type { OperationContext } from './operations.ts'
import { afterSigningIn, reauthentication, refusal } from './refusal.ts'
import { askAs, type InTransaction, type Runtime } from './runtime.ts'
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

/** Whether a rule holds for whoever asks. */
export type Holds = (rule: RuleFor, context: OperationContext) => MaybePromise<boolean>
type RuleFor = (asking: SelectionContext) => Condition

/** Of the record as it is now. */
export function holdsNow(id: string, collection: CollectionModel, { tx }: InTransaction, runtime: Runtime): Holds {
  return async (rule, context) => (await versionWhere(id, rule, collection, { ...context, tx }, runtime)) !== undefined
}

/** Of the values of a record that is not stored yet; what only the database can tell counts as holding. */
export function holdsFor(values: RecordValues, runtime: Runtime): Holds {
  return (rule, context) => {
    const asking = askAs(context, runtime)
    const condition = rule(asking)
    return !isLocal(condition) || evaluate(condition, values, asking.values.all)
  }
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
  const holds = holdsNow(id, collection, context, runtime)
  const isDenied = async (place: Place) => !(await holds(ruleAt(place, operation, collection), context))
  if (await isDenied({ field: undefined })) return denial([{ field: undefined }], operation, collection, context, holds)
  const denied: Place[] = []
  for (const field of given.ruledFields) if (await isDenied({ field })) denied.push({ field })
  return denied.length === 0 ? undefined : denial(denied, operation, collection, context, holds)
}

type Place = Pick<Permission, 'field'>

function ruleAt({ field }: Place, operation: WriteName, collection: CollectionModel): RuleFor {
  return (asking) =>
    field === undefined
      ? ruleFor(collection.rules[operation], collection, asking)
      : fieldWritable(field, collection, asking)
}

/**
 * The refusal of the whole operation, or of the fields that are named then; of nothing but the age of the sign-in, where all would hold
 * after another one.
 */
export async function denial(
  denied: readonly Place[],
  operation: WriteName,
  collection: CollectionModel,
  context: OperationContext,
  holds: Holds,
): Promise<Error> {
  if (await wouldHoldAfterSigningIn(denied, operation, collection, context, holds))
    return reauthentication(operation, collection)
  const fields = denied.flatMap(({ field }) => field ?? [])
  if (fields.length < denied.length) return refusal(operation, collection, context.actor)
  const issues = fields.map(({ name }) => ({
    pointer: `/${name}`,
    code: 'forbidden' satisfies IssueCode,
    message: forbiddenSentence,
  }))
  return operationErrors.field_forbidden({ issues })
}

async function wouldHoldAfterSigningIn(
  denied: readonly Place[],
  operation: WriteName,
  collection: CollectionModel,
  context: OperationContext,
  holds: Holds,
): Promise<boolean> {
  const fresh = afterSigningIn(context)
  const mayHold = ({ field }: Place) =>
    asksAuthentication(field === undefined ? collection.rules[operation] : field.write)
  if (fresh === undefined || !denied.every(mayHold)) return false
  for (const place of denied) if (!(await holds(ruleAt(place, operation, collection), fresh))) return false
  return true
}
