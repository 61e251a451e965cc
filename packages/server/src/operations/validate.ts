import type { Issue } from '../base/error.ts'
import { isId } from '../base/id.ts'
import { issueSentences } from '../fields/issue-codes.ts'
import { defaultValue } from '../model/compile-field.ts'
import type { CollectionModel, FieldModel } from '../model/model.ts'
import { fieldReadable, fieldWritable } from '../query/access.ts'
import { type Condition, isAlways, isNever } from '../query/condition.ts'
import type { SelectionContext } from '../query/selection.ts'
import { operationErrors } from './errors.ts'

export type RecordValues = Readonly<Record<string, unknown>>

/** An input that has been checked: canonical values by field, and which of them only some records let the actor set. */
export interface CheckedInput {
  readonly values: RecordValues
  /** Numbers to add, from `increment()`. */
  readonly increments: Readonly<Record<string, number>>
  /** Given fields whose write rule depends on the record, so that it must be asked of the row itself. */
  readonly ruledFields: readonly FieldModel[]
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
  if (checked.issues.length > 0) throw operationErrors.invalid({ issues: checked.issues })
  if (checked.forbidden.length > 0) throw operationErrors.field_forbidden({ issues: checked.forbidden })
  return checked
}

/** Like `checkInput`, but hands over the problems, so that others can be told together with them. */
export function collectInput(
  input: unknown,
  collection: CollectionModel,
  asking: SelectionContext,
  mode: InputMode,
): CheckedInput & { issues: Issue[]; forbidden: Issue[] } {
  const found = {
    values: {} as Record<string, unknown>,
    increments: {} as Record<string, number>,
    ruledFields: [] as FieldModel[],
    issues: [] as Issue[],
    forbidden: [] as Issue[],
  }
  let id: string | undefined
  if (!isPlainObject(input)) {
    found.issues.push({ pointer: '', code: 'type', message: 'must be an object' })
    return { ...found, id }
  }
  for (const [name, value] of Object.entries(input)) {
    if (name === 'id' && mode.operation !== 'update') id = checkId(value, found.issues)
    else checkMember(name, value, collection, asking, mode, found)
  }
  return { ...found, id }
}

type Found =
  ReturnType<typeof collectInput> extends infer R
    ? Omit<R, 'id'> & {
        values: Record<string, unknown>
        increments: Record<string, number>
        ruledFields: FieldModel[]
        issues: Issue[]
        forbidden: Issue[]
      }
    : never

function checkId(value: unknown, issues: Issue[]): string | undefined {
  if (isId(value)) return value
  issues.push({ pointer: '/id', code: 'format', message: issueSentences.format({ expected: 'a UUID in lower case' }) })
  return undefined
}

function checkMember(
  name: string,
  value: unknown,
  collection: CollectionModel,
  asking: SelectionContext,
  mode: InputMode,
  found: Found,
): void {
  const pointer = `/${escapePointer(name)}`
  const field = collection.fields.get(name)
  const writable = field === undefined ? undefined : fieldWritable(field, collection, asking)
  if (field === undefined || writable === undefined || isHidden(field, writable, collection, asking)) {
    found.issues.push({ pointer, code: 'unknown_field', message: issueSentences.unknown_field() })
  } else if (field.isSystem) {
    // A record that was read can be sent back as it is: what Galley sets is looked over, not stored.
    if (mode.operation !== 'replace')
      found.issues.push({ pointer, code: 'read_only', message: issueSentences.read_only() })
  } else if (
    field.type.relation !== undefined &&
    (field.type.relation.kind === 'many' || field.type.relation.kind === 'one')
  ) {
    found.issues.push({ pointer, code: 'read_only', message: issueSentences.read_only() })
  } else if (mode.operation === 'update' && field.isImmutable) {
    found.issues.push({ pointer, code: 'immutable', message: 'cannot be changed once it is set' })
  } else if (isNever(writable)) {
    found.forbidden.push({ pointer, code: 'forbidden', message: 'may not be set by you' })
  } else {
    if (!isAlways(writable)) found.ruledFields.push(field)
    parseMember(field, value, pointer, mode, found)
  }
}

/** A field that the actor may neither read nor set does not exist for this actor. */
function isHidden(
  field: FieldModel,
  writable: Condition,
  collection: CollectionModel,
  asking: SelectionContext,
): boolean {
  return isNever(fieldReadable(field, collection, asking)) && isNever(writable)
}

function parseMember(field: FieldModel, value: unknown, pointer: string, mode: InputMode, found: Found): void {
  if (value === undefined) return
  if (value === null) {
    if (field.isOptional) found.values[field.name] = null
    else if (mode.operation === 'replace' && field.hasDefault) return
    else found.issues.push({ pointer, code: 'required', message: issueSentences.required() })
    return
  }
  if (mode.allowsIncrements && mode.operation === 'update' && isIncrement(value, field)) {
    found.increments[field.name] = value.increment
    return
  }
  found.values[field.name] = parseValue(field, value, pointer, found.issues)
}

/** The canonical form of a value; problems are added to `issues`. */
export function parseValue(field: FieldModel, value: unknown, pointer: string, issues: Issue[]): unknown {
  return field.type.parse(value, (code, message, params, path = []) => {
    const at = pointer + path.map((step) => `/${escapePointer(String(step))}`).join('')
    issues.push(params === undefined ? { pointer: at, code, message } : { pointer: at, code, message, params })
  })
}

function isIncrement(value: unknown, field: FieldModel): value is { increment: number } {
  const kind = field.columns[0]?.type.kind
  return (
    isPlainObject(value) &&
    typeof value.increment === 'number' &&
    (kind === 'integer' || kind === 'real') &&
    field.columns.length === 1
  )
}

/** What must hold of the record so that the actor may set the given fields of it. */
export function writeConditions(
  given: CheckedInput,
  collection: CollectionModel,
  asking: SelectionContext,
): readonly Condition[] {
  return given.ruledFields.map((field) => fieldWritable(field, collection, asking))
}

/**
 * Fills in what an input for a whole record lacks: defaults, derived values, null where that is allowed.
 *
 * @param attempt  counts up when a derived value was taken.
 * @throws operation_invalid  when something required is missing.
 */
export function completeValues(
  values: RecordValues,
  collection: CollectionModel,
  asking: SelectionContext,
  attempt = 0,
): RecordValues {
  const { complete, issues } = fillIn(values, collection, asking, attempt)
  if (issues.length > 0) throw operationErrors.invalid({ issues })
  return complete
}

/** What is still missing of a whole record, as issues. */
export function missingIssues(
  values: RecordValues,
  collection: CollectionModel,
  asking: SelectionContext,
): readonly Issue[] {
  return fillIn(values, collection, asking, 0).issues
}

function fillIn(
  values: RecordValues,
  collection: CollectionModel,
  asking: SelectionContext,
  attempt: number,
): { complete: RecordValues; issues: Issue[] } {
  const complete: Record<string, unknown> = { ...values }
  const issues: Issue[] = []
  for (const field of collection.fields.values()) {
    if (field.isSystem || field.columns.length === 0 || complete[field.name] !== undefined) continue
    complete[field.name] = missingValue(field, complete, asking, attempt, issues)
  }
  return { complete, issues }
}

function missingValue(
  field: FieldModel,
  values: RecordValues,
  asking: SelectionContext,
  attempt: number,
  issues: Issue[],
): unknown {
  const pointer = `/${field.name}`
  const given = defaultValue(field, { actor: asking.actor, now: asking.now })
  if (given !== undefined && given !== null) return parseValue(field, given, pointer, issues)
  const derived = field.type.derive?.(values, attempt)
  if (derived !== undefined && derived !== null) return parseValue(field, derived, pointer, issues)
  if (!field.isOptional) issues.push({ pointer, code: 'required', message: issueSentences.required() })
  return null
}

/** RFC 6901, section 3. */
function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
