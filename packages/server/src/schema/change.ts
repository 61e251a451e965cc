import type { ColumnShape, IndexShape, SqlDialect, TableShape } from '../ports/database.ts'

/** One step from the tables that are to the tables that should be. `table` is the table as the step finds it. */
export type Change =
  | { readonly kind: 'createTable'; readonly table: TableShape }
  | { readonly kind: 'dropTable'; readonly table: TableShape }
  | { readonly kind: 'renameTable'; readonly table: TableShape; readonly to: string }
  /** Here `table` has the column already, and its foreign key. */
  | {
      readonly kind: 'addColumn'
      readonly table: TableShape
      readonly column: ColumnShape
      /** SQL for the rows that are there. */
      readonly fill: string | undefined
    }
  | { readonly kind: 'dropColumn'; readonly table: TableShape; readonly column: ColumnShape }
  | { readonly kind: 'renameColumn'; readonly table: TableShape; readonly from: string; readonly to: string }
  | { readonly kind: 'createIndex'; readonly table: TableShape; readonly index: IndexShape }
  | { readonly kind: 'dropIndex'; readonly table: TableShape; readonly index: IndexShape }
  | {
      readonly kind: 'reshapeTable'
      readonly table: TableShape
      readonly to: TableShape
      readonly fills: Readonly<Record<string, string>>
    }

/** SQL for the rows that a new or newly required column finds; undefined when the declarations have none. */
export type FillFor = (table: string, column: string) => string | undefined

export type ChangeKind = Change['kind']
export type ChangeOf<Kind extends ChangeKind> = Extract<Change, { readonly kind: Kind }>

/** The statements that make a change, in order. */
export function statementsFor(change: Change, dialect: SqlDialect): readonly string[] {
  const statements = writers[change.kind] as (change: Change, dialect: SqlDialect) => readonly string[]
  return statements(change, dialect)
}

const writers: { readonly [Kind in ChangeKind]: (change: ChangeOf<Kind>, dialect: SqlDialect) => readonly string[] } = {
  createTable: ({ table }, { schema }) => schema.createTable(table),
  dropTable: ({ table }, { schema }) => schema.dropTable(table),
  renameTable: ({ table, to }, { schema }) => schema.renameTable(table, to),
  addColumn: ({ table, column, fill }, { schema }) => schema.addColumn(table, column, fill),
  dropColumn: ({ table, column }, { schema }) => schema.dropColumn(table, column),
  renameColumn: ({ table, from, to }, { schema }) => schema.renameColumn(table, from, to),
  createIndex: ({ table, index }, { schema }) => schema.createIndex(table, index),
  dropIndex: ({ table, index }, { schema }) => schema.dropIndex(table, index),
  reshapeTable: ({ table, to, fills }, { schema }) => schema.reshapeTable(table, to, fills),
}
