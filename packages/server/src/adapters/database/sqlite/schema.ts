import type { ColumnShape, ColumnType, SchemaDialect, TableShape } from '../../../ports/database.ts'
import { quoteName, quoteText } from '../quote.ts'
import { columnCodecs } from './columns.ts'
import { realText } from './real-text.ts'
import { isRebuilt, reshapeTable } from './reshape-table.ts'
import { createSearch, dropSearch, renameSearch } from './search.ts'
import { columnText, createIndexText, createTableText } from './table-text.ts'

/** How the schema changes in SQLite. Foreign keys are off while a migration runs, and checked before it commits. */
export const sqliteSchema: SchemaDialect = Object.freeze({
  createTable: (table) => [
    createTableText(table),
    ...table.indexes.map((index) => createIndexText(table, index)),
    ...createSearch(table),
  ],
  dropTable: (table) => [...dropSearch(table), `drop table ${quoteName(table.name)}`],
  renameTable: (table, to) => [
    `alter table ${quoteName(table.name)} rename to ${quoteName(to)}`,
    ...renameSearch(table, to),
  ],
  addColumn,
  dropColumn,
  // Indexes, foreign keys and triggers follow by themselves.
  renameColumn: (table, from, to) => [
    `alter table ${quoteName(table.name)} rename column ${quoteName(from)} to ${quoteName(to)}`,
  ],
  createIndex: (table, index) => [createIndexText(table, index)],
  dropIndex: (_table, index) => [`drop index ${quoteName(index.name)}`],
  reshapeTable,
  rewritesTable: isRebuilt,
  literal,
} satisfies SchemaDialect)

/** A default of a nullable column would be given to every later row that says nothing of it; so the rows are filled instead. */
function addColumn(table: TableShape, column: ColumnShape, fill: string | undefined): readonly string[] {
  const add = (text: string) => `alter table ${quoteName(table.name)} add column ${text}`
  if (fill === undefined) return [add(columnText(table, column))]
  if (!column.isNullable) return [add(columnText(table, column, fill))]
  return [add(columnText(table, column)), `update ${quoteName(table.name)} set ${quoteName(column.name)} = ${fill}`]
}

/** SQLite drops no column that an index or a trigger names. */
function dropColumn(table: TableShape, column: ColumnShape): readonly string[] {
  const isSearched = table.search?.includes(column.name) === true
  const searched = table.search?.filter((name) => name !== column.name)
  return [
    ...(isSearched ? dropSearch(table) : []),
    ...table.indexes.filter((index) => index.columns.includes(column.name)).map(dropIndexIfExists),
    `alter table ${quoteName(table.name)} drop column ${quoteName(column.name)}`,
    ...(isSearched ? createSearch({ ...table, search: searched }) : []),
  ]
}

function dropIndexIfExists(index: { readonly name: string }): string {
  return `drop index if exists ${quoteName(index.name)}`
}

function literal(type: ColumnType, value: unknown): string {
  if (value == null) return 'null'
  const encoded = columnCodecs[type.kind].encode(value, type)
  if (typeof encoded === 'number') return realText(encoded)
  return typeof encoded === 'string' ? quoteText(encoded) : String(encoded)
}
