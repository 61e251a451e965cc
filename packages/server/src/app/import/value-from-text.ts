import type { FieldType } from '../../model/field.ts'
import type { ShapeKind } from '../../model/shape.ts'

/**
 * Reads a cell of a table as a value in its JSON form.
 *
 * A text that cannot be read is returned as it is: the field refuses it, and says what it wants.
 */
export function valueFromText(type: FieldType, text: string): unknown {
  const value = type.fromText === undefined ? readers[type.shape.kind](text) : type.fromText(text)
  return value === undefined ? text : value
}

const asIs = (text: string): string => text
const trimmed = (text: string): string => text.trim()

const readers: Readonly<Record<ShapeKind, (text: string) => unknown>> = {
  text: asIs,
  integer: numberFrom(/^[+-]?\d{1,16}$/),
  number: numberFrom(/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i),
  decimal: trimmed,
  boolean: (text) => words.get(text.trim().toLowerCase()),
  instant: instantFromText,
  date: (text) => /^(\d{4}-\d{2}-\d{2})(?:[ T]00:00(?::00(?:\.0+)?)?Z?)?$/.exec(text.trim())?.[1],
  bytes: trimmed,
  json: jsonFromText,
  choice: trimmed,
  reference: trimmed,
  list: jsonFromText,
  object: jsonFromText,
}

const words: ReadonlyMap<string, boolean> = new Map([
  ...['true', 't', 'yes', 'y', '1'].map((word) => [word, true] as const),
  ...['false', 'f', 'no', 'n', '0'].map((word) => [word, false] as const),
])

function numberFrom(pattern: RegExp) {
  return (text: string) => (pattern.test(text.trim()) ? Number(text) : undefined)
}

/** A time without an offset is taken as UTC; a day without a time as its first moment. */
function instantFromText(text: string): string | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?\s*(Z|[+-]\d{2}:\d{2})?)?$/i.exec(
    text.trim(),
  )
  if (match === null) return undefined
  const [, day, time = '00:00', seconds = ':00', offset = 'Z'] = match
  return `${day}T${time}${seconds}${offset}`
}

function jsonFromText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
