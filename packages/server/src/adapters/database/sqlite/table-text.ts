import type { ColumnShape, ForeignKeyShape, IndexShape, TableShape } from '../../../ports/database.ts'
import { quoteName, quoteNames } from '../quote.ts'
import { storageText } from './type-name.ts'

/**
 * The statement that creates a table, under another name if given.
 *
 * A collection has a hidden `row_key`, so that its rows keep the number by which the full-text index knows them, through VACUUM
 * and through a rebuild. Other tables rest in the tree of their primary key.
 */
export function createTableText(table: TableShape, name = table.name): string {
  const isCollection = hasRowKey(table)
  const parts = table.columns.map((column) => columnText(table, column))
  if (isCollection) parts.unshift('"row_key" integer primary key')
  else parts.push(`primary key (${quoteNames(table.primaryKey)})`)
  return `create table ${quoteName(name)} (\n  ${parts.join(',\n  ')}\n) strict${isCollection ? '' : ', without rowid'}`
}

export function hasRowKey(table: TableShape): boolean {
  return table.primaryKey.length === 1 && table.primaryKey[0] === 'id'
}

/** A column's definition; `fill` becomes the default of a column added to rows that exist. */
export function columnText(table: TableShape, column: ColumnShape, fill?: string): string {
  const foreignKey = table.foreignKeys.find((key) => key.column === column.name)
  return [
    quoteName(column.name),
    storageText(column.typeName),
    column.isNullable ? '' : 'not null',
    column.name === 'id' && hasRowKey(table) ? 'unique' : '',
    fill === undefined ? '' : `default ${fill}`,
    foreignKey === undefined ? '' : referenceText(foreignKey),
  ]
    .filter((part) => part !== '')
    .join(' ')
}

export function createIndexText(table: TableShape, index: IndexShape): string {
  const unique = index.isUnique ? 'unique ' : ''
  return `create ${unique}index ${quoteName(index.name)} on ${quoteName(table.name)} (${quoteNames(index.columns)})${sparseText(index)}`
}

function sparseText({ isSparse, columns }: IndexShape): string {
  return isSparse === true ? ` where ${quoteName(columns[0]!)} is not null` : ''
}

// `restrict` would refuse a row whose last reference goes in the same statement; `no action` looks at the end of it.
const deleteActions = { restrict: 'no action', cascade: 'cascade', setNull: 'set null' } as const

function referenceText(key: ForeignKeyShape): string {
  return `references ${quoteName(key.targetTable)} ("id") on delete ${deleteActions[key.onDelete]}`
}
