import { compileField } from './compile-field.ts'
import type { Fields } from './field.ts'
import type { FieldModel } from './model.ts'
import type { Problems } from './problems.ts'

/** Compiles fields that are no record: the input or output of an action or a route. */
export function compileInput(
  fields: Fields,
  collections: { has(name: string): boolean },
  path: string,
  problems: Problems,
  reserved?: ReadonlySet<string>,
): ReadonlyMap<string, FieldModel> {
  const compiled = new Map<string, FieldModel>()
  for (const [name, field] of Object.entries(fields)) {
    const model = compileField(name, field, `${path}.${name}`, problems, reserved)
    if (model === undefined) continue
    const { relation } = field.type
    if (relation !== undefined && relation.kind !== 'reference')
      problems.add(`${path}.${name}`, 'An input or output has no far side of a relation. Use list(text()).')
    else if (relation !== undefined && !collections.has(relation.target))
      problems.add(`${path}.${name}`, `There is no collection ${relation.target}.`)
    compiled.set(name, model)
  }
  return compiled
}
