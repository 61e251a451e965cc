import type { ColumnKind, ColumnType, Sql } from '../../../ports/database.ts'
import { sql } from '../../../ports/sql.ts'
import { instantText } from '../instant-text.ts'
import { integerValue } from '../integer-value.ts'
import type { JsonCodec } from '../json-text.ts'
import { decimalFromScaled, scaledFromDecimal } from './scaled-decimal.ts'

/** How a kind of column rests in SQLite. */
interface ColumnCodec extends JsonCodec {
  /** The type in a STRICT table. */
  readonly storage: 'TEXT' | 'INTEGER' | 'REAL'
  encode(value: unknown, type: ColumnType): unknown
  decode(value: unknown, type: ColumnType): unknown
}

const text: ColumnCodec = {
  storage: 'TEXT',
  encode: (value) => value,
  decode: (value) => value,
  json: (column) => sql`json_quote(${column})`,
}

/** Text of a form that holds nothing to escape. */
const plainText: ColumnCodec = {
  ...text,
  json: (column) => sql`'"' || ${column} || '"'`,
  unquoted: (column) => column,
}

export const columnCodecs: Readonly<Record<ColumnKind, ColumnCodec>> = Object.freeze({
  id: plainText,
  text,
  integer: {
    storage: 'INTEGER',
    // The driver binds a number as REAL, and `json_quote(5.0)` is not `5`.
    encode: (value) => BigInt(value as number),
    decode: integerValue,
    json: (column) => column,
  },
  real: { storage: 'REAL', encode: (value) => Number(value), decode: (value) => Number(value), json: text.json },
  decimal: {
    storage: 'INTEGER',
    encode: (value, type) => scaledFromDecimal(value, scaleOf(type)),
    decode: (value, type) => decimalFromScaled(value as bigint, scaleOf(type)),
    json: (column, type) => sql`'"' || ${decimalText(column, scaleOf(type))} || '"'`,
  },
  boolean: {
    storage: 'INTEGER',
    encode: (value) => (value === true ? 1n : 0n),
    decode: (value) => Number(value) === 1,
    json: (column) => sql`case ${column} when 1 then 'true' when 0 then 'false' end`,
  },
  instant: { ...plainText, encode: instantText },
  date: plainText,
  json: {
    storage: 'TEXT',
    encode: (value) => JSON.stringify(value),
    decode: (value) => JSON.parse(value as string),
    json: (column) => column,
  },
})

/** A scaled integer as text with its point. A sign of its own, because -50 / 100 is 0. */
export function decimalText(column: Sql, scale: number): Sql {
  if (scale === 0) return sql`cast(${column} as text)`
  const unit = sql.raw(String(10n ** BigInt(scale)))
  const fraction = sql`substr(abs(${column}) % ${unit} + ${unit}, 2)`
  return sql`iif(${column} < 0, '-', '') || (abs(${column}) / ${unit}) || '.' || ${fraction}`
}

export function scaleOf(type: ColumnType): number {
  return type.scale ?? 0
}
