import type { ColumnKind, ColumnShape, Sql } from '../../../ports/database.ts'
import { sql } from '../../../ports/sql.ts'
import { compileWith } from '../compile-with.ts'
import { instantAsText } from './columns.ts'
import { kindFromTypeName } from './type-name.ts'

/**
 * The value of a column as a value of another type: the same value in its JSON form, or the nearest one.
 *
 * Where there is none, PostgreSQL refuses the statement.
 */
export function convertColumn(column: ColumnShape, toTypeName: string): string {
  const [from, to] = [kindFromTypeName(column.typeName), kindFromTypeName(toTypeName)]
  const name = sql.id(column.name)
  const converted = conversions[`${from} ${to}` as FromTo]?.(name) ?? name
  return compile(sql`(${converted})::${sql.raw(toTypeName)}`).text
}

const compile = compileWith((position) => `$${position}`)

type FromTo = `${ColumnKind} ${ColumnKind}`

// What is not here is what a cast does.
const conversions: { readonly [fromTo in FromTo]?: (column: Sql) => Sql } = {
  'instant text': instantAsText,
  'date text': (column) => sql`to_char(${column}, 'YYYY-MM-DD')`,
  'json text': (column) => sql`${column} #>> '{}'`,

  'id json': (column) => sql`to_jsonb(${column})`,
  'text json': (column) => sql`to_jsonb(${column})`,
  'integer json': (column) => sql`to_jsonb(${column})`,
  'real json': (column) => sql`to_jsonb(${column})`,
  'decimal json': (column) => sql`to_jsonb(${column}::text)`,
  'boolean json': (column) => sql`to_jsonb(${column})`,
  'instant json': (column) => sql`to_jsonb(${instantAsText(column)})`,
  'date json': (column) => sql`to_jsonb(${column})`,

  'integer boolean': (column) => sql`${column} <> 0`,
  'boolean integer': (column) => sql`${column}::int`,
  'instant date': (column) => sql`${column} at time zone 'UTC'`,
  'date instant': (column) => sql`${column}::timestamp at time zone 'UTC'`,
}
