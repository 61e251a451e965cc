import type { IssueCode } from '../base/issue-codes.ts'
import { issueSentences } from '../fields/issue-codes.ts'
import { defaultValue } from '../model/default-value.ts'
import type { CollectionModel, FieldModel } from '../model/model.ts'
import { collectIssues, type IssueList } from '../query/errors.ts'
import type { SelectionContext } from '../query/selection.ts'
import type { RecordValues } from './check-input.ts'
import { operationErrors } from './errors.ts'
import { parseValue } from './parse-value.ts'

/**
 * Fills in what the values of a whole record lack: defaults, derived values, null where that is allowed.
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
  const issues = collectIssues()
  const complete = fillIn(values, collection, asking, attempt, issues)
  if (issues.all.length > 0) throw operationErrors.invalid({ issues: issues.all })
  return complete
}

/** Adds what is still missing of a whole record to the issues; fields that were told of already are passed over. */
export function addMissing(
  values: RecordValues,
  collection: CollectionModel,
  asking: SelectionContext,
  issues: IssueList,
): void {
  const told = new Set(issues.all.map(({ pointer }) => pointer.split('/')[1]))
  if (told.has(undefined)) return // not an object at all
  const missing = collectIssues()
  fillIn(values, collection, asking, 0, missing)
  for (const { pointer, code, message, params } of missing.all)
    if (!told.has(pointer.split('/')[1])) issues.add(pointer, code as IssueCode, message, params)
}

function fillIn(
  values: RecordValues,
  collection: CollectionModel,
  asking: SelectionContext,
  attempt: number,
  issues: IssueList,
): RecordValues {
  const complete: Record<string, unknown> = { ...values }
  for (const field of collection.fields.values()) {
    if (field.isSystem || field.columns.length === 0 || complete[field.name] !== undefined) continue
    complete[field.name] = missingValue(field, complete, asking, attempt, issues)
  }
  return complete
}

function missingValue(
  field: FieldModel,
  values: RecordValues,
  { actor, now }: SelectionContext,
  attempt: number,
  issues: IssueList,
): unknown {
  const pointer = `/${field.name}`
  const value = defaultValue(field, { actor, now }) ?? field.type.derive?.(values, attempt) ?? null
  if (value !== null) return parseValue(field, value, pointer, issues)
  if (!field.isOptional) issues.add(pointer, 'required', issueSentences.required())
  return null
}
