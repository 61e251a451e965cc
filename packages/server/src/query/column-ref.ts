import type { FieldModel } from '../model/model.ts'
import type { ColumnRef } from './condition.ts'

/** The column of a field that is compared, sorted and aggregated; `key` names another one of an object value. */
export function columnRef(field: FieldModel, key?: string): ColumnRef {
  const column = key === undefined ? field.columns[0]! : field.columns.find((candidate) => candidate.key === key)!
  const path = column.key === undefined ? [field.name] : [field.name, column.key]
  return { column: column.name, type: column.type, path }
}

/** The value of the column in a record in its JSON form. */
export function valueAt(record: Readonly<Record<string, unknown>>, column: ColumnRef): unknown {
  let value: unknown = record
  for (const name of column.path) value = (value as Record<string, unknown> | null | undefined)?.[name]
  return value ?? null
}
