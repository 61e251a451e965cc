import type { ColumnKind, ColumnShape, ColumnType, Sql } from '../../../ports/database.ts'
import { sql } from '../../../ports/sql.ts'
import { compileWith } from '../compile-with.ts'
import { columnCodecs, decimalText, scaleOf } from './columns.ts'
import { typeFromName } from './type-name.ts'

/**
 * The value of a column as a value of another type: the same value in its JSON form, or the nearest one.
 *
 * Where there is none, the statement fails and says so: a migration must not turn text into zero, as `cast` would.
 */
export function convertColumn(column: ColumnShape, toTypeName: string): string {
  const [from, to] = [typeFromName(column.typeName), typeFromName(toTypeName)]
  const conversion = conversions[`${from.kind} ${to.kind}`] ?? (to.kind === 'json' ? toJson : impossible)
  return compile(conversion(sql.id(column.name), from, to)).text
}

const compile = compileWith(() => '?')

type Conversion = (column: Sql, from: ColumnType, to: ColumnType) => Sql

const same: Conversion = (column) => column
const toJson: Conversion = (column, from) => columnCodecs[from.kind].json(column, from)
const rounded: Conversion = (column, from, to) => rescaled(column, scaleOf(to) - scaleOf(from))

const idPattern = [8, 4, 4, 4, 12].map((length) => '[0-9a-f]'.repeat(length)).join('-')

const conversions: { readonly [fromTo in `${ColumnKind} ${ColumnKind}`]?: Conversion } = {
  'id text': same,
  'instant text': same,
  'date text': same,
  'integer text': same,
  'real text': same,
  'decimal text': (column, from) => decimalText(column, scaleOf(from)),
  'boolean text': (column, from) => toJson(column, from, from),
  'json text': (column) => sql`iif(json_type(${column}) = 'text', ${column} ->> '$', ${column})`,

  // STRICT refuses what is not a number, with the value's type and the column in the message.
  'text integer': same,
  'text real': same,
  'text boolean': (column) => orFail(column, sql`case ${column} when 'true' then 1 when 'false' then 0 end`),
  'text id': (column) => orFail(column, sql`iif(lower(${column}) glob ${sql.lit(idPattern)}, lower(${column}), null)`),
  'text date': (column) => orFail(column, sql`iif(date(${column}) = ${column}, ${column}, null)`),
  'text instant': (column) => orFail(column, sql`strftime('%Y-%m-%dT%H:%M:%fZ', ${column})`),

  'integer real': same,
  'integer decimal': rounded,
  'integer boolean': (column) => sql`${column} <> 0`,
  'decimal integer': rounded,
  'decimal decimal': rounded,
  'decimal real': (column, from) => sql`${column} / ${sql.raw(`1e${scaleOf(from)}`)}`,
  'real integer': (column) => sql`cast(round(${column}) as integer)`,
  'real decimal': (column, _from, to) => sql`cast(round(${column} * ${sql.raw(`1e${scaleOf(to)}`)}) as integer)`,
  'boolean integer': same,
  'instant date': (column) => sql`substr(${column}, 1, 10)`,
  'date instant': (column) => sql`${column} || 'T00:00:00.000Z'`,
}

/** A scaled integer with more or fewer digits after the point, rounded half away from zero as PostgreSQL does. */
function rescaled(column: Sql, digits: number): Sql {
  const unit = sql.raw(String(10n ** BigInt(Math.abs(digits))))
  if (digits >= 0) return sql`${column} * ${unit}`
  return sql`(${column} + iif(${column} < 0, -${unit}, ${unit}) / 2) / ${unit}`
}

const impossible: Conversion = (column, from, to) =>
  orFail(column, sql`null`, `cannot be converted from ${from.kind} to ${to.kind}`)

/** SQL has no way to raise an error in a select; a wrong path is the one mistake whose text we can choose. */
function orFail(column: Sql, converted: Sql, problem = 'cannot be converted'): Sql {
  const failure = sql`json_extract('{}', ${column} || ${sql.lit(` ${problem}`)})`
  return sql`iif(${column} is null, null, coalesce(${converted}, ${failure}))`
}
