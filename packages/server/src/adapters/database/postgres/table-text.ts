import { shortName } from '../../../base/short-name.ts'
import type { ColumnShape, ForeignKeyShape, IndexShape, TableShape } from '../../../ports/database.ts'
import { quoteName, quoteNames } from '../quote.ts'
import { findColumn } from '../table-difference.ts'
import { definitionOf } from './type-name.ts'

export function createTableText(table: TableShape): string {
  const parts = [...table.columns.map(columnText), primaryKeyText(table), ...table.foreignKeys.map(foreignKeyText)]
  return `create table ${quoteName(table.name)} (\n  ${parts.join(',\n  ')}\n)`
}

export function primaryKeyText(table: TableShape): string {
  return `constraint ${quoteName(primaryKeyName(table.name))} primary key (${quoteNames(table.primaryKey)})`
}

export function primaryKeyName(table: string): string {
  return shortName(`${table}_pk`)
}

export function columnText(column: ColumnShape): string {
  return `${quoteName(column.name)} ${definitionOf(column.typeName)}${column.isNullable ? '' : ' not null'}`
}

// `restrict` would answer with another error since PostgreSQL 18, and looks no further than the row.
const deleteActions = { restrict: 'no action', cascade: 'cascade', setNull: 'set null' } as const

export function foreignKeyText(key: ForeignKeyShape): string {
  return `constraint ${quoteName(key.name)} foreign key (${quoteName(key.column)}) references ${quoteName(key.targetTable)} ("id") on delete ${deleteActions[key.onDelete]}`
}

/** An index in the order that `orderBy` asks for: nulls are smallest. */
export function createIndexText(table: TableShape, index: IndexShape): string {
  const columns = index.columns.map((name) => {
    const isNullable = findColumn(table, name)?.isNullable === true
    return quoteName(name) + (isNullable ? ' asc nulls first' : '')
  })
  const unique = index.isUnique ? 'unique ' : ''
  return `create ${unique}index ${quoteName(index.name)} on ${quoteName(table.name)} (${columns.join(', ')})${sparseText(index)}`
}

function sparseText({ isSparse, columns }: IndexShape): string {
  return isSparse === true ? ` where ${quoteName(columns[0]!)} is not null` : ''
}
