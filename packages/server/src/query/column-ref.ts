import type { FieldModel } from '../model/model.ts'
import type { ColumnRef } from './condition.ts'

/** The column of a field that is compared, sorted and aggregated; `key` names another one of an object value. */
export function columnRef(field: FieldModel, key?: string): ColumnRef {
  const column = key === undefined ? field.columns[0]! : field.columns.find((candidate) => candidate.key === key)!
  const path = column.key === undefined ? [field.name] : [field.name, column.key]
  return { column: column.name, type: column.type, path }
}
