import { isId } from '../base/id.ts'
import type { Shape } from '../model/shape.ts'
import type { ColumnKind, ColumnType } from '../ports/database.ts'

/** What a raw value is as a comparable, or the sentence that says what it must be. */
export type Comparable = { readonly value: unknown } | { readonly problem: string }

/**
 * Reads a value that a filter compares with a column.
 *
 * @param isText  true when it comes from a URL, where `10` and `true` are text.
 */
export function readComparable(raw: unknown, type: ColumnType, shape: Shape, isText: boolean): Comparable {
  if (shape.kind === 'choice' && !shape.values.includes(raw as string))
    return { problem: `must be one of: ${shape.values.join(', ')}` }
  return readers[type.kind](raw, isText, type)
}

type Reader = (raw: unknown, isText: boolean, type: ColumnType) => Comparable

const readers: Readonly<Record<ColumnKind, Reader>> = {
  id: (raw) => {
    const id = typeof raw === 'string' ? raw.toLowerCase() : raw
    return isId(id) ? { value: id } : { problem: 'must be an id' }
  },
  text: (raw) =>
    typeof raw === 'string' && !raw.includes('\0') && raw.isWellFormed() ? { value: raw } : { problem: 'must be text' },
  integer: (raw, isText) => {
    const value = isText && typeof raw === 'string' && /^-?\d{1,16}$/.test(raw) ? Number(raw) : raw
    return Number.isSafeInteger(value) ? { value } : { problem: 'must be a whole number' }
  },
  real: (raw, isText) => {
    const value = isText && typeof raw === 'string' && numberPattern.test(raw) ? Number(raw) : raw
    return typeof value === 'number' && Number.isFinite(value) ? { value } : { problem: 'must be a number' }
  },
  decimal: (raw, _isText, type) => readDecimal(raw, type),
  boolean: (raw, isText) => {
    if (isText && (raw === 'true' || raw === 'false')) return { value: raw === 'true' }
    return typeof raw === 'boolean' ? { value: raw } : { problem: 'must be true or false' }
  },
  instant: (raw) => readInstant(raw),
  date: (raw) =>
    typeof raw === 'string' && isCalendarDate(raw) ? { value: raw } : { problem: 'must be a date such as 2026-03-01' },
  json: () => ({ problem: 'cannot be compared' }),
}

const numberPattern = /^-?\d{1,300}(\.\d{1,300})?([eE][+-]?\d{1,3})?$/
const decimalPattern = /^-?\d{1,18}(\.\d{1,18})?$/
const instantPattern = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/

function readDecimal(raw: unknown, { precision = 18, scale = 0 }: ColumnType): Comparable {
  const text = typeof raw === 'number' ? String(raw) : raw
  if (typeof text !== 'string' || !decimalPattern.test(text))
    return { problem: 'must be a decimal number such as 12.50' }
  const [whole = '', fraction = ''] = text.split('.')
  const kept = fraction.replace(/0+$/, '')
  if (kept.length > scale) return { problem: `must have at most ${scale} digits after the point` }
  if (whole.replace('-', '').replace(/^0+(?=\d)/, '').length > precision - scale)
    return { problem: `must have at most ${precision - scale} digits before the point` }
  return { value: scale === 0 ? whole : `${whole}.${kept.padEnd(scale, '0')}` }
}

function readInstant(raw: unknown): Comparable {
  const problem = 'must be a time such as 2026-03-01T09:30:00Z'
  if (typeof raw !== 'string' || !instantPattern.test(raw) || !isCalendarDate(raw.slice(0, 10))) return { problem }
  const ms = Date.parse(raw)
  if (Number.isNaN(ms) || raw.startsWith('0000')) return { problem }
  const text = new Date(ms).toISOString()
  return text.length === 24 ? { value: text } : { problem }
}

function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text.startsWith('0000')) return false
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}
