import { isCalendarDate } from '../base/calendar.ts'
import { isId } from '../base/id.ts'
import { isObject } from '../base/is-object.ts'
import { isStorable } from '../base/storable.ts'
import type { ColumnKind, ColumnType } from '../ports/database.ts'
import type { ColumnModel, FieldModel } from './model.ts'
import type { Shape, ShapeKind } from './shape.ts'

/** What a filter or a rule compares a field with, column by column; or the sentence that says what it must be. */
export type Comparable = { readonly parts: readonly ComparablePart[] } | { readonly problem: string }

export interface ComparablePart {
  readonly column: ColumnModel
  /** In canonical JSON form. */
  readonly value: unknown
}

export interface Subject {
  readonly field: FieldModel
  /** The member of an object value that is meant (`price.currency`); undefined: the value itself. */
  readonly key?: string | undefined
  /** Values come from a URL, where `10` and `true` are text. */
  readonly isText?: boolean
}

/**
 * Reads a value that a field is compared with.
 *
 * An object value may be given by its first member (`10`) or by several (`{ amount: 10, currency: 'EUR' }`); the first is always there.
 */
export function readComparable(raw: unknown, subject: Subject): Comparable {
  const { field, key } = subject
  const [first] = field.columns as [ColumnModel, ...ColumnModel[]]
  if (key === undefined && first.key !== undefined && isObject(raw)) return readMembers(raw, first.key, subject)
  const column = key === undefined ? first : field.columns.find((candidate) => candidate.key === key)!
  const read = readPart(raw, column, subject)
  return 'problem' in read ? read : { parts: [{ column, value: read.value }] }
}

/** Reads what is looked for among the items of a list. */
export function readElement(raw: unknown, { field, isText = false }: Subject): ReadValue {
  const shape = field.type.shape.kind === 'list' ? field.type.shape.items : undefined
  const type = shape && elementType(shape)
  if (shape === undefined || type === undefined) return { problem: 'cannot be compared' }
  return readValue(raw, type, shape, isText)
}

type ReadValue = { readonly value: unknown } | { readonly problem: string }

function readMembers(raw: Readonly<Record<string, unknown>>, firstKey: string, subject: Subject): Comparable {
  const { columns } = subject.field
  if (!Object.hasOwn(raw, firstKey)) return { problem: `must have ${firstKey}` }
  const parts: ComparablePart[] = []
  for (const [name, value] of Object.entries(raw)) {
    const column = columns.find((candidate) => candidate.key === name)
    if (column === undefined) return { problem: `has only the members ${columns.map(({ key }) => key).join(', ')}` }
    const read = readPart(value, column, subject)
    if ('problem' in read) return read
    parts.push({ column, value: read.value })
  }
  return { parts: parts.toSorted((left, right) => columns.indexOf(left.column) - columns.indexOf(right.column)) }
}

function readPart(raw: unknown, column: ColumnModel, { field, isText = false }: Subject): ReadValue {
  const { shape } = field.type
  const own = shape.kind === 'object' && column.key !== undefined ? shape.properties[column.key]!.shape : shape
  return readValue(raw, column.type, own, isText)
}

function readValue(raw: unknown, type: ColumnType, shape: Shape, isText: boolean): ReadValue {
  if (shape.kind === 'choice' && !shape.values.includes(raw as string))
    return { problem: `must be one of: ${shape.values.join(', ')}` }
  return readers[type.kind](raw, isText, type)
}

/** How an item of a list would rest if it had a column; undefined for items that have no equality. */
export function elementType(shape: Shape): ColumnType | undefined {
  return elementTypes[shape.kind](shape as never)
}

const elementTypes: {
  readonly [K in ShapeKind]: (shape: Extract<Shape, { kind: K }>) => ColumnType | undefined
} = {
  text: () => ({ kind: 'text' }),
  integer: () => ({ kind: 'integer' }),
  number: () => ({ kind: 'real' }),
  decimal: ({ precision, scale }) => ({ kind: 'decimal', precision, scale }),
  boolean: () => ({ kind: 'boolean' }),
  instant: () => ({ kind: 'instant' }),
  date: () => ({ kind: 'date' }),
  bytes: () => ({ kind: 'text' }),
  choice: () => ({ kind: 'text' }),
  reference: () => ({ kind: 'id' }),
  json: () => undefined,
  list: () => undefined,
  object: () => undefined,
}

type Reader = (raw: unknown, isText: boolean, type: ColumnType) => ReadValue

const readers: Readonly<Record<ColumnKind, Reader>> = {
  id: (raw) => {
    const id = typeof raw === 'string' ? raw.toLowerCase() : raw
    return isId(id) ? { value: id } : { problem: 'must be an id' }
  },
  text: (raw) => (typeof raw === 'string' && isStorable(raw) ? { value: raw } : { problem: 'must be text' }),
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

function readDecimal(raw: unknown, { precision = 18, scale = 0 }: ColumnType): ReadValue {
  const text = typeof raw === 'number' ? String(raw) : raw
  if (typeof text !== 'string' || !decimalPattern.test(text))
    return { problem: 'must be a decimal number such as 12.50' }
  const [whole = '', fraction = ''] = text.split('.')
  const kept = fraction.replace(/0+$/, '')
  if (kept.length > scale) return { problem: `must have at most ${scale} digits after the point` }
  if (whole.replace(/^-?0*/, '').length > precision - scale)
    return { problem: `must have at most ${precision - scale} digits before the point` }
  return { value: scale === 0 ? whole : `${whole}.${kept.padEnd(scale, '0')}` }
}

/** A day alone is its first moment. */
function readInstant(raw: unknown): ReadValue {
  const problem = 'must be a time such as 2026-03-01T09:30:00Z'
  if (typeof raw !== 'string' || !instantPattern.test(raw) || !isCalendarDate(raw.slice(0, 10))) return { problem }
  const ms = Date.parse(raw)
  if (Number.isNaN(ms)) return { problem }
  const text = new Date(ms).toISOString()
  // An offset can lead out of the years 0001 to 9999, which is all that databases know.
  return text.length === 24 && text >= '0001' ? { value: text } : { problem }
}
