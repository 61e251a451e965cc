import { isDeepStrictEqual } from 'node:util'
import type { ColumnShape, IndexShape, TableShape } from '../../ports/database.ts'

/** Whether columns, primary key and foreign keys are the same; indexes and search may differ. */
export function isSameStructure(from: TableShape, to: TableShape): boolean {
  return (
    isDeepStrictEqual(byName(from.columns), byName(to.columns)) &&
    isDeepStrictEqual(from.primaryKey, to.primaryKey) &&
    isDeepStrictEqual(byName(from.foreignKeys), byName(to.foreignKeys))
  )
}

export function isSameSearch(from: TableShape, to: TableShape): boolean {
  return isDeepStrictEqual(from.search ?? [], to.search ?? [])
}

export function changedIndexes(
  from: TableShape,
  to: TableShape,
): { readonly dropped: readonly IndexShape[]; readonly created: readonly IndexShape[] } {
  const isIn = (table: TableShape) => (index: IndexShape) =>
    table.indexes.some((other) => isDeepStrictEqual(index, other))
  const [inFrom, inTo] = [isIn(from), isIn(to)]
  return {
    dropped: from.indexes.filter((index) => !inTo(index)),
    created: to.indexes.filter((index) => !inFrom(index)),
  }
}

export function findColumn(table: TableShape, name: string): ColumnShape | undefined {
  return table.columns.find((column) => column.name === name)
}

function byName<T extends { readonly name: string }>(items: readonly T[]): readonly T[] {
  return items.toSorted((left, right) => (left.name < right.name ? -1 : 1))
}
