import type { ColumnKind, ColumnType } from '../../../ports/database.ts'
import { columnCodecs } from './columns.ts'

/**
 * What `readTables` reports as the type of a column: `text`, `decimal(10,2)`.
 *
 * A STRICT table knows three types. The rest is written beside them as a comment, which SQLite keeps through every change of the
 * table; without it nobody could tell that a scale has changed.
 */
export function typeName(type: ColumnType): string {
  return type.kind === 'decimal' ? `decimal(${type.precision},${type.scale})` : type.kind
}

export function typeFromName(name: string): ColumnType {
  const match = /^(\w+)(?:\((\d+),(\d+)\))?$/.exec(name)
  const kind = match?.[1] as ColumnKind
  if (match?.[2] === undefined) return { kind }
  return { kind, precision: Number(match[2]), scale: Number(match[3]) }
}

/** The type as the table's definition says it: `INTEGER` and, as a comment, `decimal(10,2)`. */
export function storageText(name: string): string {
  return `${columnCodecs[typeFromName(name).kind].storage} /* ${name} */`
}

/** The type names in the text that created a table, by column. */
export function typeNamesFromText(createTable: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const [, column = '', name = ''] of createTable.matchAll(/"([^"]+)" (?:TEXT|INTEGER|REAL) \/\* (\S+) \*\//g)) {
    if (!names.has(column)) names.set(column, name)
  }
  return names
}
