import type { ColumnModel, FieldModel, Model } from '../model/model.ts'
import type { SqlDialect } from '../ports/database.ts'

/** Where a column of a collection comes from, in the words of the declarations. */
export interface ModelColumn {
  readonly collection: string
  readonly field: FieldModel
  readonly column: ColumnModel
  /** The literal default of the field as SQL. */
  readonly fill: string | undefined
}

export type ModelColumns = (table: string, column: string) => ModelColumn | undefined

/** Finds the declaration behind a column; undefined for junctions and Galley's own tables. */
export function columnsFromModel(model: Model, dialect: SqlDialect): ModelColumns {
  const columns = new Map<string, ModelColumn>()
  for (const collection of model.collections.values()) {
    for (const field of collection.fields.values()) {
      for (const column of field.columns) {
        const fill = fillFrom(field, column, dialect)
        columns.set(`${collection.table}.${column.name}`, { collection: collection.name, field, column, fill })
      }
    }
  }
  return (table, column) => columns.get(`${table}.${column}`)
}

/** A function gives each record a value of its own, and cannot be asked from SQL. */
function fillFrom(field: FieldModel, column: ColumnModel, dialect: SqlDialect): string | undefined {
  const value: unknown = field.options.default
  if (value === undefined || value === null || typeof value === 'function') return undefined
  const part = column.key === undefined ? value : (value as Record<string, unknown>)[column.key]
  return part === undefined || part === null ? undefined : dialect.schema.literal(column.type, part)
}
