import { checkOptions } from './check-options.ts'
import type { AnyCollection } from './infer.ts'
import type { FieldModel, IndexModel } from './model.ts'
import type { Problems } from './problems.ts'

/** Compiles the declared indexes of a collection. Those of tenants begin with the tenant, as every question about them does. */
export function compileIndexes(
  declaration: AnyCollection,
  fields: ReadonlyMap<string, FieldModel>,
  path: string,
  problems: Problems,
): readonly IndexModel[] {
  return declaration.indexes.map((index, position) => {
    const names: readonly string[] = 'fields' in index ? index.fields : index
    for (const problem of indexProblems(names, fields)) problems.add(`${path}.indexes[${position}]`, problem)
    checkOptions(index, ['fields', 'unique'], `${path}.indexes[${position}]`, problems)
    const { tenant } = declaration
    const before = tenant === undefined || names.includes(tenant.field) ? [] : [tenant.field]
    return Object.freeze({
      fields: Object.freeze([...before, ...names]),
      isUnique: 'fields' in index && index.unique === true,
    })
  })
}

function indexProblems(names: readonly string[], fields: ReadonlyMap<string, FieldModel>): readonly string[] {
  if (names.length === 0) return ['An index needs at least one field.']
  if (new Set(names).size < names.length) return ['An index names each field once.']
  return names.flatMap((name) => {
    const column = fields.get(name)?.columns[0]
    if (!fields.has(name)) return [`There is no field ${name}.`]
    if (column === undefined) return [`The field ${name} rests in another table and cannot be indexed here.`]
    return column.type.kind === 'json' ? [`The field ${name} has no order, so it cannot be indexed.`] : []
  })
}
