import type { ColumnKind, ColumnType, SqlDialect } from '../ports/database.ts'

/** Whether every value of one type has its counterpart in the other, so that going there and back gives the same. */
export function isWidening(from: string, to: string, dialect: SqlDialect): boolean {
  const [narrow, wide] = [typeFromName(from, dialect), typeFromName(to, dialect)]
  if (narrow === undefined || wide === undefined) return false
  return widenings[narrow.kind].includes(wide.kind) && (wide.kind !== 'decimal' || hasRoom(narrow, wide))
}

const widenings: Readonly<Record<ColumnKind, readonly ColumnKind[]>> = {
  id: ['text', 'json'],
  text: ['json'],
  integer: ['real', 'decimal', 'text', 'json'],
  real: ['text', 'json'],
  decimal: ['decimal', 'text', 'json'],
  boolean: ['integer', 'text', 'json'],
  instant: ['text', 'json'],
  date: ['instant', 'text', 'json'],
  json: [],
}

/** Integers have up to 16 digits, because a number in JSON has no more. */
const integerDigits = 16

function hasRoom(narrow: ColumnType, wide: ColumnType): boolean {
  const digits = narrow.kind === 'decimal' ? wholeDigits(narrow) : integerDigits
  return wholeDigits(wide) >= digits && (wide.scale ?? 0) >= (narrow.scale ?? 0)
}

function wholeDigits(type: ColumnType): number {
  return (type.precision ?? 0) - (type.scale ?? 0)
}

/** A dialect names types and does not read names, so all names are tried. */
function typeFromName(name: string, dialect: SqlDialect): ColumnType | undefined {
  const [, precision, scale] = /\((\d+),\s*(\d+)\)/.exec(name) ?? []
  const kinds = Object.keys(widenings) as ColumnKind[]
  return kinds
    .map(
      (kind): ColumnType =>
        kind === 'decimal' ? { kind, precision: Number(precision), scale: Number(scale) } : { kind },
    )
    .find((type) => dialect.typeName(type) === name)
}
