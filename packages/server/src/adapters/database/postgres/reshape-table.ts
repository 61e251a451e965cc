import { isDeepStrictEqual } from 'node:util'
import type { ColumnShape, ForeignKeyShape, IndexShape, TableShape } from '../../../ports/database.ts'
import { quoteName } from '../quote.ts'
import { changedIndexes, findColumn, isSameSearch } from '../table-difference.ts'
import { convertColumn } from './convert-column.ts'
import { addSearch, dropSearch } from './search.ts'
import { columnText, createIndexText, foreignKeyText, primaryKeyName, primaryKeyText } from './table-text.ts'
import { definitionOf } from './type-name.ts'

type Fills = Readonly<Record<string, string>>

/**
 * Makes `to` out of `from`: what leans on columns goes first, then the columns change, then it comes back.
 *
 * Columns keep their order, and new ones come last: PostgreSQL cannot move them.
 */
export function reshapeTable(from: TableShape, to: TableShape, fills: Fills): readonly string[] {
  const hasNewSearch = isSearchRemade(from, to)
  const constraints = changedConstraints(from, to)
  const indexes = remadeIndexes(from, to)
  const name = quoteName(to.name)
  return [
    ...(hasNewSearch ? dropSearch(from) : []),
    ...indexes.dropped.map((index) => `drop index ${quoteName(index.name)}`),
    ...alterTable(name, constraints.dropped),
    ...alterTable(name, columnChanges(from, to, fills)),
    ...fillNulls(from, to, fills),
    ...alterTable(name, nullabilityChanges(from, to)),
    ...alterTable(name, constraints.created),
    ...indexes.created.map((index) => createIndexText(to, index)),
    ...(hasNewSearch ? addSearch(to) : []),
  ]
}

/** A generated column rewrites the table, and so does a type, unless numbers only get room for more digits. */
export function rewritesTable(from: TableShape, to: TableShape): boolean {
  const isFilled = to.columns.some((column) => findColumn(from, column.name) === undefined && !column.isNullable)
  const isSearchAdded = isSearchRemade(from, to) && (to.search ?? []).length > 0
  return isFilled || isSearchAdded || retypedColumns(from, to).some(({ old, column }) => !isWidened(old, column))
}

function isWidened(old: ColumnShape, column: ColumnShape): boolean {
  const [before, after] = [numericPattern.exec(old.typeName), numericPattern.exec(column.typeName)]
  return before !== null && after !== null && Number(before[1]) <= Number(after[1]) && before[2] === after[2]
}

const numericPattern = /^numeric\((\d+),(\d+)\)$/

function retypedColumns(from: TableShape, to: TableShape): readonly { old: ColumnShape; column: ColumnShape }[] {
  return to.columns.flatMap((column) => {
    const old = findColumn(from, column.name)
    return old === undefined || old.typeName === column.typeName ? [] : [{ old, column }]
  })
}

function isRetyped(from: TableShape, to: TableShape, name: string): boolean {
  return retypedColumns(from, to).some(({ column }) => column.name === name)
}

function isSearchRemade(from: TableShape, to: TableShape): boolean {
  return !isSameSearch(from, to) || (to.search ?? []).some((name) => isRetyped(from, to, name))
}

interface Changed<T> {
  readonly dropped: readonly T[]
  readonly created: readonly T[]
}

function changedConstraints(from: TableShape, to: TableShape): Changed<string> {
  const isKept = (key: ForeignKeyShape) =>
    !isRetyped(from, to, key.column) &&
    from.foreignKeys.some((other) => isDeepStrictEqual(key, other)) &&
    to.foreignKeys.some((other) => isDeepStrictEqual(key, other))
  const hasNewKey = !isDeepStrictEqual(from.primaryKey, to.primaryKey)
  const goneNames = from.foreignKeys.filter((key) => !isKept(key)).map((key) => key.name)
  const newTexts = to.foreignKeys.filter((key) => !isKept(key)).map(foreignKeyText)
  if (hasNewKey) {
    goneNames.push(primaryKeyName(from.name))
    newTexts.unshift(primaryKeyText(to))
  }
  return {
    dropped: goneNames.map((name) => `drop constraint ${quoteName(name)}`),
    created: newTexts.map((text) => `add ${text}`),
  }
}

/** An index says where the nulls of a nullable column go, so it is made again when that changes. */
function remadeIndexes(from: TableShape, to: TableShape): Changed<IndexShape> {
  const { dropped, created } = changedIndexes(from, to)
  const isStale = (index: IndexShape) =>
    index.columns.some((name) => findColumn(from, name)?.isNullable !== findColumn(to, name)?.isNullable)
  const stale = to.indexes.filter((index) => !created.includes(index) && isStale(index))
  return { dropped: [...dropped, ...stale], created: [...created, ...stale] }
}

function alterTable(name: string, changes: readonly string[]): readonly string[] {
  return changes.length === 0 ? [] : [`alter table ${name}\n  ${changes.join(',\n  ')}`]
}

/** New columns take nulls until they are filled. */
function columnChanges(from: TableShape, to: TableShape, fills: Fills): readonly string[] {
  const dropped = from.columns.filter((column) => findColumn(to, column.name) === undefined)
  const added = to.columns.filter((column) => findColumn(from, column.name) === undefined)
  return [
    ...dropped.map((column) => `drop column ${quoteName(column.name)}`),
    ...retypedColumns(from, to).map(({ old, column }) => retypeText(old, column, fills[column.name])),
    ...added.map((column) => `add column ${columnText({ ...column, isNullable: true })}`),
  ]
}

function retypeText(old: ColumnShape, column: ColumnShape, fill: string | undefined): string {
  const value = fill === undefined ? convertColumn(old, column.typeName) : `(${fill})::${column.typeName}`
  return `alter column ${quoteName(column.name)} type ${definitionOf(column.typeName)} using ${value}`
}

function fillNulls(from: TableShape, to: TableShape, fills: Fills): readonly string[] {
  return to.columns
    .filter((column) => fills[column.name] !== undefined && !isRetyped(from, to, column.name))
    .map(({ name }) => [quoteName(name), fills[name]])
    .map(([name, fill]) => `update ${quoteName(to.name)} set ${name} = ${fill} where ${name} is null`)
}

function nullabilityChanges(from: TableShape, to: TableShape): readonly string[] {
  return to.columns
    .filter((column) => column.isNullable !== (findColumn(from, column.name)?.isNullable ?? true))
    .map((column) => `alter column ${quoteName(column.name)} ${column.isNullable ? 'drop' : 'set'} not null`)
}
