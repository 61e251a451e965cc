import type { ColumnShape, TableShape } from '../../../ports/database.ts'
import { quoteName, quoteNames } from '../quote.ts'
import { changedIndexes, isSameSearch, isSameStructure } from '../table-difference.ts'
import { convertColumn } from './convert-column.ts'
import { createSearch, dropSearch } from './search.ts'
import { createIndexText, createTableText, hasRowKey } from './table-text.ts'

type Fills = Readonly<Record<string, string>>

/** Makes `to` out of `from`: by a new table that takes over the rows, unless only indexes and search differ. */
export function reshapeTable(from: TableShape, to: TableShape, fills: Fills): readonly string[] {
  return isRebuilt(from, to) ? rebuild(from, to, fills) : changeAround(from, to)
}

export function isRebuilt(from: TableShape, to: TableShape): boolean {
  return !isSameStructure(from, to)
}

/** The way of lang_altertable.html, section 7. The rows keep their `row_key`. */
function rebuild(from: TableShape, to: TableShape, fills: Fills): readonly string[] {
  const temporary = `${to.name}__new`
  return [
    ...dropSearch(from),
    createTableText(to, temporary),
    copyText(from, to, temporary, fills),
    `drop table ${quoteName(from.name)}`,
    `alter table ${quoteName(temporary)} rename to ${quoteName(to.name)}`,
    ...to.indexes.map((index) => createIndexText(to, index)),
    ...createSearch(to),
  ]
}

function copyText(from: TableShape, to: TableShape, temporary: string, fills: Fills): string {
  const keepsRowKey = hasRowKey(from) && hasRowKey(to)
  const names = [...(keepsRowKey ? ['row_key'] : []), ...to.columns.map((column) => column.name)]
  const values = to.columns.map((column) => newValue(from, column, fills[column.name]))
  if (keepsRowKey) values.unshift('"row_key"')
  return `insert into ${quoteName(temporary)} (${quoteNames(names)}) select ${values.join(', ')} from ${quoteName(from.name)}`
}

function newValue(from: TableShape, column: ColumnShape, fill: string | undefined): string {
  const old = from.columns.find((candidate) => candidate.name === column.name)
  if (old === undefined) return fill ?? 'null'
  if (old.typeName !== column.typeName) return fill ?? convertColumn(old, column.typeName)
  return fill === undefined ? quoteName(column.name) : `coalesce(${quoteName(column.name)}, ${fill})`
}

function changeAround(from: TableShape, to: TableShape): readonly string[] {
  const { dropped, created } = changedIndexes(from, to)
  const isSearchChanged = !isSameSearch(from, to)
  return [
    ...dropped.map((index) => `drop index ${quoteName(index.name)}`),
    ...created.map((index) => createIndexText(to, index)),
    ...(isSearchChanged ? [...dropSearch(from), ...createSearch(to)] : []),
  ]
}
