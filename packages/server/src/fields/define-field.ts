import { type Field, type FieldOptions, type FieldType, makeField, type RelationType } from '../model/field.ts'

/**
 * The options a builder takes: exactly those of `Known`, inferred as `O`.
 *
 * A misspelt option does not compile, which `O extends Known` alone would let pass.
 */
export type OptionsFor<O, Known> = Known & {
  readonly [K in keyof O]: K extends keyof Known ? O[K] : 'is not an option of this field'
}

/** Ends every builder: checks what all field types have in common and brings a constant default to its canonical form. */
export function defineField<Out, In, Relation extends RelationType = undefined>(
  type: FieldType,
  options: FieldOptions,
): Field<Out, In, Relation> {
  const problems = Object.freeze([...(type.problems ?? []), ...uniqueProblems(type, options)])
  return makeField({ ...type, problems }, { ...options, ...canonicalDefault(type, options.default) })
}

function uniqueProblems(type: FieldType, options: FieldOptions): readonly string[] {
  if (options.unique !== true) return []
  const [column] = type.columns
  if (column !== undefined && (type.columns.length > 1 || column.type.kind === 'json')) {
    return [`A value of type ${type.name} cannot be unique. Remove unique.`]
  }
  if (options.default !== undefined && typeof options.default !== 'function') {
    return ['A second record with the same default would be refused. Remove unique, or make the default a function.']
  }
  return []
}

/** A default that the type refuses stays as it is: `compileModel` tells the problem with its path. */
function canonicalDefault(type: FieldType, value: unknown): { default?: unknown } {
  if (value === undefined || value === null || typeof value === 'function') return {}
  let isRefused = false
  const canonical = type.parse(value, () => {
    isRefused = true
  })
  return isRefused ? {} : { default: canonical }
}
