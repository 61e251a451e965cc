import type { ColumnType, SqlDialect } from '../../../ports/database.ts'
import { sql } from '../../../ports/sql.ts'
import { compileWith } from '../compile-with.ts'
import { jsonText } from '../json-text.ts'
import { limitAnalysis } from './checkpoints/gather-statistics.ts'
import { columnCodecs, scaleOf } from './columns.ts'
import { concatenate } from './concatenate.ts'
import { explain, planSteps } from './explain.ts'
import { realText } from './real-text.ts'
import { sqliteSchema } from './schema.ts'
import { encodeSearch, search } from './search.ts'
import { typeName } from './type-name.ts'

/** SQL as SQLite speaks it. */
export const sqliteDialect: SqlDialect = Object.freeze({
  name: 'sqlite',
  prefersJoins: false,
  sharesRoundTrips: false,
  compile: compileWith(() => '?'),

  encode,
  decode: (type, value) => (value == null ? null : columnCodecs[type.kind].decode(value, type)),
  // A column lends its type to what it is compared with (datatype3.html, 4.2).
  cast: (_type, parameter) => parameter,

  json: (type, column) => columnCodecs[type.kind].json(column, type),
  ...jsonText(columnCodecs, concatenate),

  inList: (_type, column, list) => sql`${column} in (select value from json_each(${list}))`,
  encodeList: (type, values) => `[${values.map((value) => listItem(encode(type, value))).join(',')}]`,
  contains: (column, value) => sql`instr(${column}, ${value}) > 0`,
  // `lower` of SQLite knows the letters A to Z only: É is not found by é.
  containsIgnoringCase: (column, value) => sql`instr(lower(${column}), lower(${value})) > 0`,
  // Byte FF is in no UTF-8 text, so this is exactly the prefix, and a range of an index (LIKE and GLOB ask for a constant).
  startsWith: (column, value) => sql`${column} between ${value} and ${value} || cast(x'ff' as text)`,
  endsWith: (column, value) => sql`substr(${column}, length(${column}) - length(${value}) + 1) = ${value}`,
  // json_each gives true as 1: only with its type is it something else than the number.
  listHas: (column, value) =>
    sql`exists (select 1 from json_each('[' || ${value} || ']') as "wanted" inner join json_each(${column}) as "element" on "element".value = "wanted".value and "element".type = "wanted".type)`,
  listHasAny: (column, list) =>
    sql`exists (select 1 from json_each(${list}) as "wanted" inner join json_each(${column}) as "element" on "element".value = "wanted".value and "element".type = "wanted".type)`,
  encodeJsonScalar: (value) => JSON.stringify(value),

  orderBy: (expression, direction) => sql`${expression} ${sql.raw(direction)}`,

  search,
  encodeSearch,

  forUpdate: sql``,
  forUpdateOfFree: sql``,
  estimateRows: () => undefined,

  explain,
  gatherStatistics: `${limitAnalysis}; analyze`,
  planSteps,

  sum: (_type, column) => sql`sum(${column})`,
  average: (type, column) =>
    type.kind === 'decimal' ? sql`avg(${column}) / ${sql.raw(`1e${scaleOf(type)}`)}` : sql`avg(${column})`,
  truncate(type, column, unit) {
    const [length, rest] = truncations[unit]
    return sql`substr(${column}, 1, ${sql.lit(length)}) || ${sql.lit(type.kind === 'date' ? rest : `${rest}T00:00:00.000Z`)}`
  },

  typeName,
  schema: sqliteSchema,
} satisfies SqlDialect)

function encode(type: ColumnType, value: unknown): unknown {
  return value == null ? null : columnCodecs[type.kind].encode(value, type)
}

function listItem(encoded: unknown): string {
  if (typeof encoded === 'bigint') return String(encoded)
  return typeof encoded === 'number' ? realText(encoded) : JSON.stringify(encoded)
}

/** How much of `2026-03-01…` stays, and what completes it to a date. */
const truncations = { year: [4, '-01-01'], month: [7, '-01'], day: [10, ''] } as const
