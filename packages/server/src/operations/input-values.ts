import { isObject } from '../base/is-object.ts'
import { issueSentences } from '../fields/issue-codes.ts'
import { defaultValue } from '../model/default-value.ts'
import type { DefaultContext } from '../model/field.ts'
import type { FieldModel } from '../model/model.ts'
import { collectIssues, type IssueList } from '../query/errors.ts'
import type { RecordValues } from './check-input.ts'
import { operationErrors } from './errors.ts'
import { escapePointer, parseValue } from './parse-value.ts'

/** @throws operation_invalid  with every problem of the input. */
export function inputValues(
  input: unknown,
  fields: ReadonlyMap<string, FieldModel>,
  context: DefaultContext,
): RecordValues {
  const issues = collectIssues()
  if (isObject(input)) {
    for (const name of Object.keys(input)) {
      if (!fields.has(name)) issues.add(`/${escapePointer(name)}`, 'unknown_field', issueSentences.unknown_field())
    }
  } else issues.add('', 'type', issueSentences.type({ expected: 'an object' }))
  const values = isObject(input) ? valuesOf(input, fields, context, issues) : {}
  if (issues.all.length > 0) throw operationErrors.invalid({ issues: issues.all })
  return values
}

/** The values of fields that are no record: input and output of an action. Members that are no field are left out. */
export function valuesOf(
  given: Readonly<Record<string, unknown>>,
  fields: ReadonlyMap<string, FieldModel>,
  context: DefaultContext,
  issues: IssueList,
): RecordValues {
  return Object.fromEntries(
    [...fields.values()].map((field) => {
      const value = Object.hasOwn(given, field.name) ? given[field.name] : undefined
      return [field.name, valueOrDefault(field, value, context, issues)]
    }),
  )
}

function valueOrDefault(field: FieldModel, given: unknown, context: DefaultContext, issues: IssueList): unknown {
  const value = given ?? (given === null && field.isOptional ? null : defaultValue(field, context))
  if (value !== undefined && value !== null) return parseValue(field, value, `/${field.name}`, issues)
  if (!field.isOptional) issues.add(`/${field.name}`, 'required', issueSentences.required())
  return null
}
