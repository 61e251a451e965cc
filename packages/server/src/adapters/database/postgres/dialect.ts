import type { ColumnType, Sql, SqlDialect } from '../../../ports/database.ts'
import { sql } from '../../../ports/sql.ts'
import { compileWith } from '../compile-with.ts'
import { jsonText } from '../json-text.ts'
import { columnCodecs } from './columns.ts'
import { explain, planSteps } from './explain.ts'
import { postgresSchema } from './schema.ts'
import { encodeSearch, search } from './search.ts'
import { typeName } from './type-name.ts'

/** SQL as PostgreSQL speaks it. The database is in UTF-8, the session writes dates in ISO form. */
export const postgresDialect: SqlDialect = Object.freeze({
  name: 'postgres',
  prefersJoins: true,
  sharesRoundTrips: true,
  compile: compileWith((position) => `$${position}`),

  encode,
  decode: (type, value) => (value == null ? null : columnCodecs[type.kind].decode(value, type)),
  cast: (type, parameter) => sql`${parameter}::${typeOf(type)}`,

  json: (type, column) => columnCodecs[type.kind].json(column, type),
  ...jsonText(columnCodecs, (pieces) => sql`(${sql.join(pieces, sql` || `)})`),

  inList: (type, column, list) => sql`${column} = any(${list}::${typeOf(type)}[])`,
  encodeList: (type, values) => values.map((value) => encode(type, value)),
  contains: (column, value) => sql`strpos(${column}, ${value}) > 0`,
  containsIgnoringCase: (column, value) => sql`strpos(${lower(column)}, ${lower(value)}) > 0`,
  // With text in "C" order this is a range of an index.
  startsWith: (column, value) => sql`starts_with(${column}, ${value})`,
  endsWith: (column, value) => sql`right(${column}, length(${value}::text)) = ${value}`,
  listHas: (column, value) => sql`${column} @> ${value}::jsonb`,
  listHasAny: (column, list) =>
    sql`exists (select 1 from jsonb_array_elements(${list}::jsonb) as "wanted" inner join jsonb_array_elements(${column}) as "element" on "element".value = "wanted".value)`,
  encodeJsonScalar: (value) => JSON.stringify(value),

  orderBy(expression, direction, isNullable) {
    const nulls = isNullable ? (direction === 'asc' ? ' nulls first' : ' nulls last') : ''
    return sql`${expression} ${sql.raw(direction + nulls)}`
  },

  search,
  encodeSearch,

  forUpdate: sql`for update`,
  forUpdateOfFree: sql`for update skip locked`,
  estimateRows,

  explain,
  gatherStatistics: 'analyze',
  planSteps,

  sum: (_type, column) => sql`sum(${column})`,
  average: (_type, column) => sql`avg(${column})::double precision`,
  truncate: (type, column, unit) =>
    type.kind === 'date'
      ? sql`date_trunc(${sql.lit(unit)}, ${column}::timestamp)::date`
      : sql`date_trunc(${sql.lit(unit)}, ${column}, 'UTC')`,

  typeName,
  schema: postgresSchema,
} satisfies SqlDialect)

function encode(type: ColumnType, value: unknown): unknown {
  return value == null ? null : columnCodecs[type.kind].encode(value)
}

function typeOf(type: ColumnType): Sql {
  return sql.raw(typeName(type))
}

/** Columns are in the "C" order, which knows the letters A to Z only. */
function lower(text: Sql): Sql {
  return sql`lower(${text}::text collate "pg_c_utf8")`
}

/** As the planner estimates: the rows per page of the last ANALYZE for the pages of now. NULL before the first one. */
function estimateRows(table: string): Sql {
  const pages = sql`pg_relation_size(c.oid) / current_setting('block_size')::bigint`
  return sql`(
    select case when c.reltuples < 0 then null
      else round(c.reltuples::numeric / greatest(c.relpages, 1) * (${pages}))::bigint end
    from pg_class as c inner join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = current_schema() and c.relname = ${sql.lit(table)})`
}
