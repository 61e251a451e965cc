import type { ColumnKind, ColumnType } from '../../../ports/database.ts'
import { columnCodecs } from './columns.ts'

/** The type as `format_type` says it. */
export function typeName(type: ColumnType): string {
  return columnCodecs[type.kind].typeName(type)
}

/** The kind of column that has a type of this name; undefined when it is none of ours. */
export function kindFromTypeName(name: string): ColumnKind | undefined {
  return kinds.get(name.replace(/^numeric\(.*\)$/, 'numeric'))
}

/** The type as a column's definition says it. Text is in binary order, whatever the locale of the database: as in SQLite. */
export function definitionOf(typeName: string): string {
  return typeName === 'text' ? 'text collate "C"' : typeName
}

const kinds: ReadonlyMap<string, ColumnKind> = new Map(
  Object.entries(columnCodecs).map(([kind, codec]) => {
    const name = codec.typeName({ kind: kind as ColumnKind })
    return [name.replace(/\(undefined,undefined\)$/, ''), kind as ColumnKind]
  }),
)
