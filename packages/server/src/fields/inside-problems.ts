import type { Field, FieldOptions } from '../model/field.ts'

/**
 * Says what a field is told that makes no sense for an item of a list or a member of an object.
 *
 * @param what  begins the sentences: `An item`, `The member city`.
 */
export function insideProblems(field: Field<any, any, any>, what: string): readonly string[] {
  // any: whatever it holds
  const { type, options } = field
  if (type.relation !== undefined) return [`${what} cannot be a relation. Make the relation a field of its own.`]
  const problems = optionsOfWholeFields
    .filter((name) => options[name] !== undefined && options[name] !== false)
    .map((name) => `${what} cannot be told ${name}, which is for whole fields. Remove it.`)
  if (type.isSearchable === true) problems.push(`${what} cannot be searched. Remove search.`)
  if (type.derive !== undefined) problems.push(`${what} cannot be made from another field. Remove from.`)
  return [...problems, ...(type.problems ?? []).map((problem) => `${what}: ${problem}`)]
}

const optionsOfWholeFields = [
  'unique',
  'immutable',
  'private',
  'read',
  'write',
  'renamedFrom',
] as const satisfies readonly (keyof FieldOptions)[]
