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

/** Whether values can be taken over at all: exactly, nearly, or where they happen to fit. Else the column is made anew. */
export function isConvertible(from: string, to: string, dialect: SqlDialect): boolean {
  const [before, after] = [typeFromName(from, dialect), typeFromName(to, dialect)]
  if (before === undefined || after === undefined) return from === to
  const { kind } = after
  return before.kind === kind || widenings[before.kind].includes(kind) || narrowings[before.kind].includes(kind)
}

const narrowings: Readonly<Record<ColumnKind, readonly ColumnKind[]>> = {
  id: [],
  text: ['id', 'integer', 'real', 'decimal', 'boolean', 'instant', 'date'],
  integer: ['boolean'],
  real: ['integer', 'decimal'],
  decimal: ['integer', 'real'],
  boolean: [],
  instant: ['date'],
  date: [],
  json: ['text'],
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
