import { isId } from '../base/id.ts'
import { isObject } from '../base/is-object.ts'
import type { IssueCode } from '../base/issue-codes.ts'
import { issueSentences } from '../fields/issue-codes.ts'
import { asksAuthentication } from '../model/asks-authentication.ts'
import type { CollectionModel, FieldModel } from '../model/model.ts'
import { isFarSide } from '../model/relation.ts'
import { fieldReadable, fieldWritable } from '../query/access.ts'
import { type Condition, isAlways, isNever, never } from '../query/condition.ts'
import { collectIssues, type IssueList } from '../query/errors.ts'
import type { SelectionContext } from '../query/selection.ts'
import { operationErrors } from './errors.ts'
import { escapePointer, parseValue } from './parse-value.ts'
import { afterSigningIn, reauthentication } from './refusal.ts'

export type RecordValues = Readonly<Record<string, unknown>>

/** An input that has been checked: canonical values by field, and what of them must still be asked of the database. */
export interface CheckedInput {
  readonly values: RecordValues
  /** Numbers to add, from `increment()`. */
  readonly increments: Readonly<Record<string, number>>
  /** Given fields whose write rule depends on the record. */
  readonly ruledFields: readonly FieldModel[]
  /** Given relations: they must lead to records that exist for the actor. */
  readonly referred: ReadonlySet<string>
  /** The id the caller chose for a new record. */
  readonly id: string | undefined
}

export interface InputMode {
  readonly operation: 'create' | 'update' | 'replace'
  /** Whether `increment()` may be among the values (only from `db`). */
  readonly allowsIncrements: boolean
}

/**
 * Checks the members of an input: known, writable by the actor, of their type. What is missing is not looked at yet.
 *
 * @throws operation_invalid  with every problem there is. @throws operation_field_forbidden
 */
export function checkInput(
  input: unknown,
  collection: CollectionModel,
  asking: SelectionContext,
  mode: InputMode,
): CheckedInput {
  const checked = collectInput(input, collection, asking, mode)
  requireAccepted(checked)
  return checked
}

/** @throws operation_invalid, operation_field_forbidden, operation_reauthentication_required */
export function requireAccepted({ issues, forbidden, refusedByAge }: CollectedInput): void {
  if (issues.all.length > 0) throw operationErrors.invalid({ issues: issues.all })
  if (forbidden.all.length > 0) throw refusedByAge ?? operationErrors.field_forbidden({ issues: forbidden.all })
}

export interface CollectedInput extends CheckedInput {
  readonly issues: IssueList
  readonly forbidden: IssueList
  /** What is told instead of `forbidden` when after another sign-in nothing would be. */
  readonly refusedByAge: Error | undefined
}

/** Like `checkInput`, but hands over the problems, so that others can be told together with them. */
export function collectInput(
  input: unknown,
  collection: CollectionModel,
  asking: SelectionContext,
  mode: InputMode,
): CollectedInput {
  const found = nothingFound()
  if (!isObject(input)) {
    found.issues.add('', 'type', issueSentences.type({ expected: 'an object' }))
    return { ...found, refusedByAge: undefined }
  }
  for (const [name, value] of Object.entries(input)) {
    if (name === 'id' && mode.operation !== 'update') found.id = checkId(value, found.issues)
    else checkMember(name, value, { collection, asking, mode, found })
  }
  return { ...found, refusedByAge: refusalByAge({ collection, asking, mode, found }) }
}

function nothingFound() {
  return {
    values: {} as Record<string, unknown>,
    increments: {} as Record<string, number>,
    ruledFields: [] as FieldModel[],
    referred: new Set<string>(),
    id: undefined as string | undefined,
    issues: collectIssues(),
    forbidden: collectIssues(),
    forbiddenFields: [] as FieldModel[],
  }
}

function checkId(value: unknown, issues: IssueList): string | undefined {
  if (isId(value)) return value
  issues.add('/id', 'format', issueSentences.format({ expected: 'a UUID in lower case' }))
  return undefined
}

interface Place {
  readonly collection: CollectionModel
  readonly asking: SelectionContext
  readonly mode: InputMode
  readonly found: ReturnType<typeof nothingFound>
}

function checkMember(name: string, value: unknown, place: Place): void {
  const { collection, asking, mode, found } = place
  const pointer = `/${escapePointer(name)}`
  const field = collection.fields.get(name)
  // A record that was read can be sent back as it is: what Galley sets is looked over, not stored.
  if (field?.isSystem === true && mode.operation === 'replace') return
  const writable = field === undefined ? never : fieldWritable(field, collection, asking)
  const problem = problemOf(field, writable, place)
  if (problem !== undefined) found.issues.add(pointer, ...problem)
  else if (isNever(writable)) {
    found.forbidden.add(pointer, 'forbidden', forbiddenSentence)
    found.forbiddenFields.push(field!)
  } else {
    if (!isAlways(writable)) found.ruledFields.push(field!)
    takeValue(field!, value, pointer, place)
  }
}

function refusalByAge({ collection, asking, mode, found }: Place): Error | undefined {
  const fields = found.forbiddenFields
  const fresh = fields.some(({ write }) => asksAuthentication(write)) ? afterSigningIn(asking) : undefined
  if (fresh === undefined || fields.some((field) => isNever(fieldWritable(field, collection, fresh)))) return undefined
  return reauthentication(mode.operation, collection)
}

function problemOf(
  field: FieldModel | undefined,
  writable: Condition,
  place: Place,
): readonly [code: IssueCode, message: string] | undefined {
  if (field === undefined || isHidden(field, writable, place)) return ['unknown_field', issueSentences.unknown_field()]
  if (field.isSystem || isFarSide(field.relation)) return ['read_only', issueSentences.read_only()]
  return field.isImmutable && place.mode.operation === 'update' ? ['immutable', immutableSentence] : undefined
}

export const immutableSentence = 'cannot be changed once it is set'
export const forbiddenSentence = 'may not be set by you'

/** A field that the actor may neither read nor set does not exist for this actor. */
function isHidden(field: FieldModel, writable: Condition, { collection, asking }: Place): boolean {
  return isNever(writable) && isNever(fieldReadable(field, collection, asking))
}

function takeValue(field: FieldModel, value: unknown, pointer: string, { mode, found }: Place): void {
  if (value === undefined) return
  if (value === null) {
    if (field.isOptional) found.values[field.name] = null
    else if (mode.operation !== 'replace' || !field.hasDefault)
      found.issues.add(pointer, 'required', issueSentences.required())
  } else if (mode.allowsIncrements && mode.operation === 'update' && isIncrement(value, field)) {
    found.increments[field.name] = value.increment
  } else {
    found.values[field.name] = parseValue(field, value, pointer, found.issues)
    if (field.type.relation !== undefined) found.referred.add(field.name)
  }
}

function isIncrement(value: unknown, field: FieldModel): value is { increment: number } {
  if (!isObject(value) || Object.keys(value).length !== 1 || field.columns.length !== 1) return false
  const { kind } = field.columns[0]!.type
  return kind === 'integer'
    ? Number.isSafeInteger(value.increment)
    : kind === 'real' && Number.isFinite(value.increment)
}
