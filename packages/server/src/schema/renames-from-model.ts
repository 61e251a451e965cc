import { shortName } from '../base/short-name.ts'
import type { CollectionModel, FieldModel, Model } from '../model/model.ts'
import { snakeCase } from '../model/names.ts'

/** Former names as the declarations tell them: by new name, the old one. */
export interface Renames {
  readonly tables: ReadonlyMap<string, string>
  /** By table (its new name), then by column. */
  readonly columns: ReadonlyMap<string, ReadonlyMap<string, string>>
}

/** What `renamedFrom` of collections and fields means for tables, their columns and junctions. */
export function renamesFromModel(model: Model): Renames {
  const tables = new Map<string, string>()
  const columns = new Map<string, ReadonlyMap<string, string>>()
  for (const collection of model.collections.values()) {
    if (collection.renamedFrom !== undefined) tables.set(collection.table, snakeCase(collection.renamedFrom))
    columns.set(collection.table, new Map([...collection.fields.values()].flatMap(columnRenames)))
    for (const field of collection.fields.values()) {
      for (const [to, from] of junctionRename(collection, field)) tables.set(to, from)
    }
  }
  return { tables, columns }
}

function columnRenames(field: FieldModel): readonly (readonly [to: string, from: string])[] {
  const { renamedFrom } = field.options
  if (renamedFrom === undefined) return []
  return field.columns.map((column) => [column.name, snakeCase(renamedFrom) + suffixOf(field, column.name)])
}

/** What the field's type appends to the field's name: `_currency`, `_id`, or nothing. */
export function suffixOf(field: FieldModel, column: string): string {
  return column.slice(snakeCase(field.name).length)
}

/** A junction is named after its collection and its field. */
function junctionRename(
  collection: CollectionModel,
  field: FieldModel,
): readonly (readonly [to: string, from: string])[] {
  if (field.relation?.kind !== 'manyToMany' || !field.relation.isOwner) return []
  const table = snakeCase(collection.renamedFrom ?? collection.name)
  const former = shortName(`${table}_${snakeCase(field.options.renamedFrom ?? field.name)}`)
  return former === field.relation.junction ? [] : [[field.relation.junction, former]]
}
