import type { Row, Sql, SqlDialect, Statement } from '../ports/database.ts'
import { sql } from '../ports/sql.ts'
import type { SystemTable } from './system-tables.ts'

/** Inserts a row of one of Galley's own tables; values are in their JSON form. `rest` follows the values. */
export function insertRow<C extends string>(
  dialect: SqlDialect,
  table: SystemTable<C>,
  row: Readonly<Record<C, unknown>>,
  rest: Sql = sql``,
): Statement {
  const names = columnNames(table)
  const values = names.map((name) => parameter(dialect, table, name, row[name]))
  return dialect.compile(
    sql`insert into ${sql.table(table.name)} (${columnList(names)}) values (${sql.join(values)}) ${rest}`,
  )
}

/** Selects all columns of one of Galley's own tables; `rest` follows the table's name. Read the rows with `rowsOf`. */
export function selectRows(dialect: SqlDialect, table: SystemTable, rest: Sql = sql``): Statement {
  return dialect.compile(sql`select ${columnList(columnNames(table))} from ${sql.table(table.name)} ${rest}`)
}

/** Rows of `selectRows` in their JSON form. */
export function rowsOf<C extends string>(
  dialect: SqlDialect,
  table: SystemTable<C>,
  rows: readonly Row[],
): readonly Record<C, unknown>[] {
  const names = columnNames(table)
  const recordFrom = (row: Row) =>
    Object.fromEntries(names.map((name, index) => [name, dialect.decode(table.columns[name], row[index])]))
  return rows.map((row) => recordFrom(row) as Record<C, unknown>)
}

/** A value in its JSON form as a parameter of a column. */
export function parameter<C extends string>(
  dialect: SqlDialect,
  table: SystemTable<C>,
  column: C,
  value: unknown,
): Sql {
  const type = table.columns[column]
  return dialect.cast(type, sql`${dialect.encode(type, value)}`)
}

function columnNames<C extends string>(table: SystemTable<C>): readonly C[] {
  return Object.keys(table.columns) as C[]
}

function columnList(names: readonly string[]): Sql {
  return sql.join(names.map((name) => sql.ref(name)))
}
