import { compileRule } from './compile-rule.ts'
import type { Field } from './field.ts'
import type { ColumnModel, FieldModel } from './model.ts'
import { fieldNamePattern, maxNameLength, reservedFieldNames, snakeCase } from './names.ts'
import type { Problems } from './problems.ts'

/** Compiles one declared field; undefined, and a problem, when it is not a field at all. */
export function compileField(
  name: string,
  field: Field,
  path: string,
  problems: Problems,
  reserved: ReadonlySet<string> = reservedFieldNames,
): FieldModel | undefined {
  checkFieldName(name, reserved, path, problems)
  if (field?.type === undefined || field.options === undefined) {
    problems.add(path, 'This is not a field. Use one of the builders, such as text().')
    return undefined
  }
  for (const problem of field.type.problems ?? []) problems.add(path, problem)
  checkOptions(field, path, problems)
  const { options, type } = field
  return Object.freeze({
    name,
    type,
    options,
    isSystem: false,
    isOptional: options.optional === true,
    isUnique: options.unique === true,
    isImmutable: options.immutable === true,
    isPrivate: options.private === true,
    hasDefault: options.default !== undefined,
    read: compileRule(options.read, true, `${path}.read`, problems),
    write: compileRule(options.write, true, `${path}.write`, problems),
    columns: columnsOf(name, field),
    relation: undefined,
    description: options.description,
  })
}

function checkFieldName(name: string, reserved: ReadonlySet<string>, path: string, problems: Problems): void {
  if (!fieldNamePattern.test(name)) problems.add(path, 'A field is named in camelCase, such as createdBy.')
  if (name.length > maxNameLength) problems.add(path, `A name has at most ${maxNameLength} characters.`)
  if (reserved.has(name)) problems.add(path, `The name ${name} is reserved. Take another.`)
}

function checkOptions(field: Field, path: string, problems: Problems): void {
  const { options, type } = field
  if (options.default === null) problems.add(path, 'A default is a value or a function. Leave it out to get null.')
  if (options.unique === true && type.columns.length === 0)
    problems.add(path, 'It rests in another table and cannot be unique here.')
  if (options.default === undefined || options.default === null || typeof options.default === 'function') return
  type.parse(options.default, (_code, message) =>
    problems.add(`${path}.default`, `The default is refused by the field itself: it ${message}.`),
  )
}

function columnsOf(name: string, field: Field): readonly ColumnModel[] {
  const base = snakeCase(name)
  return Object.freeze(
    field.type.columns.map((part) =>
      Object.freeze({
        name: part.suffix === undefined ? base : `${base}_${part.suffix}`,
        key: part.key,
        type: part.type,
        isNullable: field.options.optional === true,
      }),
    ),
  )
}
