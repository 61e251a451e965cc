import type { ColumnKind, ColumnType, Sql } from '../../../ports/database.ts'
import { sql } from '../../../ports/sql.ts'
import { instantText } from '../instant-text.ts'
import { integerValue } from '../integer-value.ts'
import type { JsonCodec } from '../json-text.ts'

/** How a kind of column rests in PostgreSQL. Drivers give every value as the text that PostgreSQL writes. */
interface ColumnCodec extends JsonCodec {
  typeName(type: ColumnType): string
  encode(value: unknown): unknown
  decode(value: unknown, type: ColumnType): unknown
}

const same = (value: unknown) => value

export const columnCodecs: Readonly<Record<ColumnKind, ColumnCodec>> = Object.freeze({
  id: { typeName: () => 'uuid', encode: same, decode: same, ...inQuotes((column) => column) },
  text: { typeName: () => 'text', encode: same, decode: same, json: (column) => sql`to_json(${column})::text` },
  integer: { typeName: () => 'bigint', encode: same, decode: integerValue, json: (column) => sql`${column}::text` },
  real: {
    typeName: () => 'double precision',
    encode: (value) => Number(value) + 0, // -0 is 0 in JSON
    decode: Number,
    json: (column) => sql`${column}::text`,
  },
  decimal: {
    typeName: (type) => `numeric(${type.precision},${type.scale})`,
    encode: same,
    decode: String,
    ...inQuotes((column) => column),
  },
  boolean: {
    typeName: () => 'boolean',
    encode: same,
    decode: (value) => value === true || value === 't',
    json: (column) => sql`${column}::text`,
  },
  instant: {
    typeName: () => 'timestamp(3) with time zone',
    encode: instantText,
    decode: (value) => (value instanceof Date ? value : new Date(isoFromPostgres(value as string))).toISOString(),
    ...inQuotes(instantAsText),
  },
  date: { typeName: () => 'date', encode: same, decode: same, ...inQuotes((column) => column) },
  json: {
    typeName: () => 'jsonb',
    encode: (value) => JSON.stringify(value),
    decode: (value) => (typeof value === 'string' ? JSON.parse(value) : value),
    json: (column) => sql`${column}::text`,
  },
})

function inQuotes(unquoted: (column: Sql) => Sql): Pick<ColumnCodec, 'json' | 'unquoted'> {
  return { json: (column) => sql`'"' || ${unquoted(column)} || '"'`, unquoted }
}

export function instantAsText(column: Sql): Sql {
  return sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
}

/** `2026-03-01 09:30:00.5+00` as JavaScript reads it. */
function isoFromPostgres(text: string): string {
  return text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')
}
