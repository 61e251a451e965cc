import type { Shape, ShapeKind, TextFormat } from '../model/shape.ts'

/** Whether a canonical value looks as its shape says. Written apart from `fields/`, so that one can catch the other. */
export function fitsShape(shape: Shape, value: unknown): boolean {
  const check = checks[shape.kind] as (shape: Shape, value: unknown) => boolean
  return check(shape, value)
}

type Checks = { readonly [K in ShapeKind]: (shape: Extract<Shape, { kind: K }>, value: unknown) => boolean }

const checks: Checks = {
  text: (shape, value) =>
    isStorable(value) &&
    [...value].length >= (shape.minLength ?? 0) &&
    [...value].length <= (shape.maxLength ?? Number.POSITIVE_INFINITY) &&
    (shape.pattern === undefined || new RegExp(shape.pattern, 'u').test(value)) &&
    (shape.format === undefined || formats[shape.format].test(value)),
  integer: (shape, value) => Number.isSafeInteger(value) && isBetween(value as number, shape),
  number: (shape, value) => Number.isFinite(value) && isBetween(value as number, shape),
  decimal: (shape, value) => typeof value === 'string' && fitsDecimal(shape, value),
  boolean: (_shape, value) => typeof value === 'boolean',
  instant: (_shape, value) => typeof value === 'string' && !value.startsWith('0000') && isoOf(value) === value,
  date: (_shape, value) =>
    typeof value === 'string' && !value.startsWith('0000') && isoOf(value) === `${value}T00:00:00.000Z`,
  bytes: (_shape, value) => typeof value === 'string' && /^[\w-]*$/.test(value),
  json: (_shape, value) => value !== undefined && value !== null && isJson(value),
  choice: (shape, value) => shape.values.includes(value as string),
  reference: (_shape, value) => typeof value === 'string' && formats.uuid.test(value),
  list: (shape, value) =>
    Array.isArray(value) &&
    value.length >= (shape.minItems ?? 0) &&
    value.length <= (shape.maxItems ?? Number.POSITIVE_INFINITY) &&
    value.every((item) => fitsShape(shape.items, item)) &&
    (shape.isUnique !== true || new Set(value.map((item) => JSON.stringify(item))).size === value.length),
  object: (shape, value) =>
    isObject(value) &&
    Object.keys(value).every((name) => Object.hasOwn(shape.properties, name)) &&
    Object.entries(shape.properties).every(([name, property]) => {
      const member = value[name] ?? null
      return member === null ? property.isNullable : fitsShape(property.shape, member)
    }),
}

const formats: Readonly<Record<TextFormat, RegExp>> = {
  email: /^[!-?A-~]+@(?:[a-z0-9-]+\.)+[a-z0-9-]+$/,
  uri: /^[a-z][a-z0-9+.-]*:(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/,
  uuid: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  slug: /^[a-z0-9]+(?:-[a-z0-9]+)*$/,
}

function isStorable(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed() && !value.includes('\0')
}

function isBetween(value: number, { min, max }: { readonly min?: number; readonly max?: number }): boolean {
  return !Object.is(value, -0) && value >= (min ?? value) && value <= (max ?? value)
}

function fitsDecimal({ precision, scale, min, max }: Extract<Shape, { kind: 'decimal' }>, value: string): boolean {
  const expected = new RegExp(`^-?(?:0|[1-9]\\d*)${scale === 0 ? '' : `\\.\\d{${scale}}`}$`)
  const scaled = (text: string) => BigInt(text.replace('.', ''))
  return (
    expected.test(value) &&
    !/^-[0.]*$/.test(value) &&
    value.replace(/\D/g, '').replace(/^0+/, '').length <= precision &&
    (min === undefined || scaled(value) >= scaled(min)) &&
    (max === undefined || scaled(value) <= scaled(max))
  )
}

function isoOf(value: string): string | undefined {
  const date = new Date(value)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}

function isJson(value: unknown): boolean {
  if (value === null || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0)
  if (typeof value === 'string') return isStorable(value)
  if (Array.isArray(value)) return value.every(isJson)
  return isObject(value) && Object.entries(value).every(([name, member]) => isStorable(name) && isJson(member))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
