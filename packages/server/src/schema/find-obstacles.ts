import type { ColumnShape, TableShape } from '../ports/database.ts'
import { findColumn } from './column-changes.ts'
import { count, plural } from './count.ts'
import type { TableMatch } from './match-tables.ts'
import type { ModelColumns } from './model-columns.ts'
import type { Facts } from './read-facts.ts'

/** Why the rows that are there do not fit into the tables that should be. */
export interface Obstacle {
  readonly kind: 'missing' | 'repeated' | 'orphaned'
  readonly table: string
  /** Name of a column, or for `repeated` of an index. */
  readonly name: string
  /** What is wrong and what to do. */
  readonly sentence: string
}

/** Everything that would make the migration fail, told before it starts. */
export function findObstacles(
  matches: readonly TableMatch[],
  facts: Facts,
  modelColumns: ModelColumns,
): readonly Obstacle[] {
  return matches.flatMap(({ current, after }) => {
    if (current === undefined || after === undefined) return []
    const at: Place = { current, after, facts, nameOf: (column) => nameOf(after, column, modelColumns) }
    return [
      ...after.columns.flatMap((column) => missingValues(column, at, modelColumns)),
      ...repeatedValues(at),
      ...orphanedValues(at),
    ]
  })
}

interface Place {
  readonly current: TableShape
  readonly after: TableShape
  readonly facts: Facts
  /** A column as the declarations call it. */
  nameOf(column: string): string
}

function missingValues(column: ColumnShape, at: Place, modelColumns: ModelColumns): readonly Obstacle[] {
  const { current, after, facts, nameOf } = at
  const old = findColumn(current, column.name)
  if (column.isNullable || old?.isNullable === false) return []
  if (modelColumns(after.name, column.name)?.fill !== undefined) return []
  const rows = facts.rowCount(after.name) ?? 0
  const without = old === undefined ? rows : rows - (facts.valueCount(after.name, column.name) ?? 0)
  if (without === 0) return []
  const sentence = `${nameOf(column.name)} is required, but ${count(without, 'record')} ${plural(without, 'has', 'have')} no value for it. Give the field a default that is a value, or make it optional until every record has one.`
  return [{ kind: 'missing', table: after.name, name: column.name, sentence }]
}

function repeatedValues({ after, facts, nameOf }: Place): readonly Obstacle[] {
  return after.indexes.flatMap((index) => {
    const repeated = facts.duplicateCount(after.name, index.name) ?? 0
    if (repeated === 0) return []
    const fields = index.columns.map(nameOf).join(' with ')
    const sentence = `${fields} is to be unique, but ${count(repeated, 'value')} ${plural(repeated, 'occurs', 'occur')} more than once. Change those records first.`
    return [{ kind: 'repeated', table: after.name, name: index.name, sentence } as const]
  })
}

function orphanedValues({ after, facts, nameOf }: Place): readonly Obstacle[] {
  return after.foreignKeys.flatMap(({ column, targetTable }) => {
    const orphans = facts.orphanCount(after.name, column) ?? 0
    if (orphans === 0) return []
    const sentence = `${nameOf(column)} is to refer to ${targetTable}, but ${count(orphans, 'record')} ${plural(orphans, 'has', 'have')} a value that is no id there. Change or clear them first.`
    return [{ kind: 'orphaned', table: after.name, name: column, sentence } as const]
  })
}

function nameOf(table: TableShape, column: string, modelColumns: ModelColumns): string {
  const declared = modelColumns(table.name, column)
  return declared === undefined ? `${table.name}.${column}` : `${declared.collection}.${declared.field.name}`
}
