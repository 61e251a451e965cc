import type { FieldOptions, Fields, FieldType, InputOf, OutputOf, Report, ValueField } from '../model/field.ts'
import type { ParsedValuesOf, ValuesOf } from '../model/infer.ts'
import { fieldNamePattern } from '../model/names.ts'
import { operatorSets } from '../model/operator.ts'
import type { Property } from '../model/shape.ts'
import { defineField, type OptionsFor } from './define-field.ts'
import { insideProblems } from './inside-problems.ts'
import { isPlainObject } from './plain-object.ts'
import { reportInside, reportIssue } from './report-issue.ts'

export type ObjectOptions<Value = unknown> = FieldOptions<Value>

/**
 * Several values that belong together and are read and written as one: `object({ width: integer(), height: integer() })`.
 *
 * Members that are not declared are refused. Optional ones that are not given are null; a member with a default takes it when it is
 * left out or null.
 */
export function object<const F extends Fields, const O extends ObjectOptions<ValuesOf<F>> = {}>(
  fields: F,
  options?: OptionsFor<O, ObjectOptions<ValuesOf<F>>>,
): ValueField<OutputOf<ParsedValuesOf<F>, O>, InputOf<ValuesOf<F>, O>> {
  return defineField(objectType(fields), options ?? {})
}

/** The type of an object with these members, for fields that are objects but have a name and columns of their own. */
export function objectType(fields: Fields): FieldType {
  const members = Object.entries(fields)
  return {
    name: 'object',
    shape: {
      kind: 'object',
      properties: Object.fromEntries(members.map(([name, field]) => [name, propertyOf(field)])),
    },
    columns: [{ type: { kind: 'json' } }],
    operators: operatorSets.presence,
    problems: memberProblems(fields),
    parse(value, report) {
      if (!isPlainObject(value)) return reportIssue(report, 'type', { expected: 'an object' })
      reportUnknown(value, fields, report)
      const result: Record<string, unknown> = {}
      for (const [name, field] of members) {
        const given = Object.hasOwn(value, name) ? value[name] : undefined
        result[name] = parseMember(given, field, reportInside(report, name))
      }
      return result
    },
  }
}

function propertyOf({ type, options }: Fields[string]): Property {
  const isNullable = options.optional === true
  return { shape: type.shape, isOptional: isNullable || options.default !== undefined, isNullable }
}

function memberProblems(fields: Fields): readonly string[] {
  const members = Object.entries(fields)
  if (members.length === 0) return ['An object needs at least one member.']
  return members.flatMap(([name, field]) => [
    ...nameProblems(name),
    ...insideProblems(field, `The member ${name}`),
    ...defaultProblems(field, name),
  ])
}

function nameProblems(name: string): readonly string[] {
  if (!fieldNamePattern.test(name)) return [`A member is named in camelCase, such as postalCode. Rename ${name}.`]
  return name in Object.prototype ? [`The name ${name} is reserved. Take another.`] : []
}

function defaultProblems({ type, options }: Fields[string], name: string): readonly string[] {
  if (options.default === undefined) return []
  if (typeof options.default === 'function') {
    return [`The default of the member ${name} must be a value; functions are called for whole fields only.`]
  }
  const problems: string[] = []
  const report: Report = (_code, message) =>
    problems.push(`The default of the member ${name} is refused: it ${message}.`)
  if (options.default === null) reportIssue(report, 'required', {})
  else type.parse(options.default, report)
  return problems
}

function reportUnknown(value: object, fields: Fields, report: Report): void {
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(fields, name)) reportIssue(report, 'unknown_field', {}, [name])
  }
}

function parseMember(given: unknown, { type, options }: Fields[string], report: Report): unknown {
  if (given !== undefined && given !== null) return type.parse(given, report)
  if (options.optional === true) return given === undefined ? (options.default ?? null) : null
  return options.default ?? reportIssue(report, 'required', {})
}
