import type { ColumnShape, ColumnType, SchemaDialect, TableShape } from '../../../ports/database.ts'
import { foreignKeyName } from '../../../ports/database.ts'
import { quoteName, quoteText } from '../quote.ts'
import { columnCodecs } from './columns.ts'
import { reshapeTable, rewritesTable } from './reshape-table.ts'
import { addSearch, dropSearch } from './search.ts'
import { columnText, createIndexText, createTableText, foreignKeyText, primaryKeyName } from './table-text.ts'
import { typeName } from './type-name.ts'

/** How the schema changes in PostgreSQL. */
export const postgresSchema: SchemaDialect = Object.freeze({
  createTable: (table) => [
    createTableText(table),
    ...table.indexes.map((index) => createIndexText(table, index)),
    ...addSearch(table),
  ],
  dropTable: (table) => [`drop table ${quoteName(table.name)}`],
  renameTable: (table, to) => [
    `alter table ${quoteName(table.name)} rename to ${quoteName(to)}`,
    renameConstraint(to, primaryKeyName(table.name), primaryKeyName(to)),
    ...table.foreignKeys.map((key) => renameConstraint(to, key.name, foreignKeyName(to, key.column))),
  ],
  addColumn,
  dropColumn,
  renameColumn: (table, from, to) => [
    `alter table ${quoteName(table.name)} rename column ${quoteName(from)} to ${quoteName(to)}`,
    ...table.foreignKeys
      .filter((key) => key.column === from)
      .map((key) => renameConstraint(table.name, key.name, foreignKeyName(table.name, to))),
  ],
  createIndex: (table, index) => [createIndexText(table, index)],
  dropIndex: (_table, index) => [`drop index ${quoteName(index.name)}`],
  reshapeTable,
  rewritesTable,
  literal,
} satisfies SchemaDialect)

function renameConstraint(table: string, from: string, to: string): string {
  return `alter table ${quoteName(table)} rename constraint ${quoteName(from)} to ${quoteName(to)}`
}

/** A default fills the rows that exist without touching them, and must not serve the rows to come. */
function addColumn(table: TableShape, column: ColumnShape, fill: string | undefined): readonly string[] {
  const [alter, name] = [`alter table ${quoteName(table.name)}`, quoteName(column.name)]
  const foreignKeys = table.foreignKeys.filter((key) => key.column === column.name)
  return [
    `${alter} add column ${columnText(column)}${fill === undefined ? '' : ` default ${fill}`}`,
    ...(fill === undefined ? [] : [`${alter} alter column ${name} drop default`]),
    ...foreignKeys.map((key) => `${alter} add ${foreignKeyText(key)}`),
  ]
}

/** Indexes and foreign keys go with the column, but not the column that is generated from it. */
function dropColumn(table: TableShape, column: ColumnShape): readonly string[] {
  const isSearched = table.search?.includes(column.name) === true
  const searched = table.search?.filter((name) => name !== column.name)
  return [
    ...(isSearched ? dropSearch(table) : []),
    `alter table ${quoteName(table.name)} drop column ${quoteName(column.name)}`,
    ...(isSearched ? addSearch({ ...table, search: searched }) : []),
  ]
}

function literal(type: ColumnType, value: unknown): string {
  if (value == null) return 'null'
  const encoded = String(columnCodecs[type.kind].encode(value))
  return type.kind === 'text' ? quoteText(encoded) : `${quoteText(encoded)}::${typeName(type)}`
}
