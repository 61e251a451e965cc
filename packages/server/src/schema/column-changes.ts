import { isDeepStrictEqual } from 'node:util'
import type { ColumnShape, ForeignKeyShape, TableShape } from '../ports/database.ts'
import type { Change, FillFor } from './change.ts'

/** The steps that give a table its columns, foreign keys and search; indexes, the name and renames are others' business. */
export function columnChanges(current: TableShape, after: TableShape, fillFor: FillFor): readonly Change[] {
  const from = { ...current, name: after.name }
  const to = { ...after, indexes: current.indexes }
  return needsReshape(from, to, fillFor) ? reshapes(from, to, fillFor) : simpleChanges(from, to, fillFor)
}

export function findColumn(table: TableShape, name: string): ColumnShape | undefined {
  return table.columns.find((column) => column.name === name)
}

/** Adding and dropping columns, with their foreign keys, is all that does not. */
function needsReshape(from: TableShape, to: TableShape, fillFor: FillFor): boolean {
  const isKept = (name: string) => findColumn(from, name) !== undefined && findColumn(to, name) !== undefined
  const keptParts = ({ columns, foreignKeys }: TableShape) => [
    byName(columns).filter((column) => isKept(column.name)),
    byName(foreignKeys).filter((key) => isKept(key.column)),
  ]
  const searchLeft = from.search?.filter(isKept) ?? []
  const cannotBeAdded = (column: ColumnShape) =>
    findColumn(from, column.name) === undefined && !column.isNullable && fillFor(to.name, column.name) === undefined
  return (
    !isDeepStrictEqual(keptParts(from), keptParts(to)) ||
    !isDeepStrictEqual(searchLeft, to.search ?? []) ||
    to.columns.some(cannotBeAdded)
  )
}

function byName<T extends { readonly name: string }>(things: readonly T[]): readonly T[] {
  return things.toSorted((left, right) => (left.name < right.name ? -1 : 1))
}

/** A fill replaces all values of a column whose type changes, so such a column becomes required in a step of its own. */
function reshapes(from: TableShape, to: TableShape, fillFor: FillFor): readonly Change[] {
  const fills = to.columns.flatMap((column) => {
    const old = findColumn(from, column.name)
    const sql = isNewlyRequired(old, column) ? fillFor(to.name, column.name) : undefined
    const isLate = old !== undefined && old.typeName !== column.typeName
    return sql === undefined ? [] : [{ name: column.name, sql, isLate }]
  })
  const fillsOf = (isLate: boolean) =>
    Object.fromEntries(fills.filter((fill) => fill.isLate === isLate).map(({ name, sql }) => [name, sql]))
  const late = fillsOf(true)
  if (Object.keys(late).length === 0) return [{ kind: 'reshapeTable', table: from, to, fills: fillsOf(false) }]
  const middle = {
    ...to,
    columns: to.columns.map((column) => (column.name in late ? { ...column, isNullable: true } : column)),
  }
  return [
    { kind: 'reshapeTable', table: from, to: middle, fills: fillsOf(false) },
    { kind: 'reshapeTable', table: middle, to, fills: late },
  ]
}

function isNewlyRequired(old: ColumnShape | undefined, column: ColumnShape): boolean {
  return !column.isNullable && old?.isNullable !== false
}

function simpleChanges(from: TableShape, to: TableShape, fillFor: FillFor): readonly Change[] {
  const changes: Change[] = []
  let table = from
  for (const column of from.columns) {
    if (findColumn(to, column.name) !== undefined) continue
    changes.push({ kind: 'dropColumn', table, column })
    table = withoutColumn(table, column.name)
  }
  for (const column of to.columns) {
    if (findColumn(from, column.name) !== undefined) continue
    table = withColumn(table, column, to.foreignKeys)
    const fill = column.isNullable ? undefined : fillFor(to.name, column.name)
    changes.push({ kind: 'addColumn', table, column, fill })
  }
  return changes
}

export function withoutColumn(table: TableShape, name: string): TableShape {
  const search = table.search?.filter((column) => column !== name) ?? []
  const { search: _, ...rest } = table
  return {
    ...rest,
    columns: table.columns.filter((column) => column.name !== name),
    indexes: table.indexes.filter((index) => !index.columns.includes(name)),
    foreignKeys: table.foreignKeys.filter((key) => key.column !== name),
    ...(search.length === 0 ? {} : { search }),
  }
}

function withColumn(table: TableShape, column: ColumnShape, foreignKeys: readonly ForeignKeyShape[]): TableShape {
  return {
    ...table,
    columns: [...table.columns, column],
    foreignKeys: [...table.foreignKeys, ...foreignKeys.filter((key) => key.column === column.name)],
  }
}
