import type { FieldModel } from '../../../model/model.ts'
import type { Shape, ShapeKind } from '../../../model/shape.ts'

/** A value that the field takes, for examples; undefined when none could be thought of. References name no record that exists. */
export function exampleFromField(field: FieldModel): unknown {
  const given = field.options.default
  if (given !== undefined && typeof given !== 'function') return given
  return candidates(field.type.shape, field.name).find((candidate) => isTaken(field, candidate))
}

/** Only the field knows whether it takes a value: a pattern, for one, can be anything. */
function isTaken(field: FieldModel, candidate: unknown): boolean {
  let isRefused = false
  field.type.parse(candidate, () => {
    isRefused = true
  })
  return !isRefused
}

function candidates(shape: Shape, name: string): readonly unknown[] {
  const make = makers[shape.kind] as (shape: Shape, name: string) => readonly unknown[]
  return make(shape, name)
}

type Makers = { readonly [K in ShapeKind]: (shape: Extract<Shape, { kind: K }>, name: string) => readonly unknown[] }

const exampleId = '0195b3c4-9f00-7000-8000-000000000000'

const makers: Makers = {
  text: ({ minLength = 0, maxLength = 1_000 }, name) =>
    texts(name).map((text) => text.padEnd(minLength, text).slice(0, maxLength)),
  integer: ({ min = 1, max }) => [within(1, min, max)],
  number: ({ min = 1, max }) => [within(1.5, min, max)],
  decimal: ({ scale, min, max }) => ['12', '1', '0', min, max, '-1'].map((text) => decimal(text, scale)),
  boolean: () => [true],
  instant: () => ['2026-03-01T09:30:00.000Z'],
  date: () => ['2026-03-01'],
  bytes: () => ['aGVsbG8'],
  json: () => [{ any: 'JSON' }],
  choice: ({ values }) => values,
  reference: () => [exampleId],
  list: ({ items, minItems = 1 }, name) => lists(candidates(items, name), Math.max(1, minItems)),
  object: ({ properties }) => objects(properties),
}

/** `lineTotal` as people write it, then what fits stricter patterns. */
function texts(name: string): readonly string[] {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  const title = words.charAt(0).toUpperCase() + words.slice(1)
  return [
    title,
    'ada@example.com',
    'https://example.com/',
    words.trim().replaceAll(' ', '-').toLowerCase(),
    'EUR',
    'DE',
    'A1',
    '12345',
    '+46 8 123 456',
    '2026-03-01',
    exampleId,
    'a',
    'A',
    '1',
    '#336699',
    'ABC-123',
    'v1.0.0',
  ]
}

function within(wanted: number, min: number, max: number | undefined): number {
  return Math.min(Math.max(wanted, min), max ?? Number.POSITIVE_INFINITY)
}

function decimal(text: string | undefined, scale: number): string | undefined {
  if (text === undefined || text.includes('.') || scale === 0) return text
  return `${text}.${'0'.repeat(scale)}`
}

/** Of one item as often as needed, or of several different ones. */
function lists(items: readonly unknown[], count: number): readonly unknown[] {
  const repeated = items.map((item) => Array<unknown>(count).fill(item))
  return [...repeated, items.slice(0, count)]
}

/** As many objects as the member with most candidates has, the others keeping their last; the field takes the one that fits. */
function objects(properties: Extract<Shape, { kind: 'object' }>['properties']): readonly unknown[] {
  const members = Object.entries(properties)
    .filter(([, { isOptional }]) => !isOptional)
    .map(([key, { shape }]) => [key, candidates(shape, key)] as const)
  const length = Math.max(1, ...members.map(([, values]) => values.length))
  const objectAt = (index: number) =>
    Object.fromEntries(members.map(([key, values]) => [key, values[Math.min(index, values.length - 1)]]))
  return Array.from({ length }, (_value, index) => objectAt(index)).concat(mixed(members))
}

/** Each member by its own first candidate except one, which tries all of its own. */
function mixed(members: readonly (readonly [string, readonly unknown[]])[]): Record<string, unknown>[] {
  const first = Object.fromEntries(members.map(([key, values]) => [key, values[0]]))
  return members.flatMap(([key, values]) => values.map((value) => ({ ...first, [key]: value })))
}
