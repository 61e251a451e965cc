import fc from 'fast-check'
import type { ColumnKind, ColumnType } from '../ports/database.ts'

/** Any value that the field layer may give a column, in its JSON form; never null. */
export function anyValue(type: ColumnType): fc.Arbitrary<unknown> {
  return arbitraries[type.kind](type)
}

/** Any text that both databases can store. */
export function storableText(): fc.Arbitrary<string> {
  return fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', ''))
}

const arbitraries: Readonly<Record<ColumnKind, (type: ColumnType) => fc.Arbitrary<unknown>>> = {
  id: () => fc.uuid(),
  text: () =>
    fc.oneof(storableText(), fc.constantFrom('', '"', "'", '\\', 'null', '{"a":1}', '12', 'a\nb', '\u001f\u2028')),
  integer: () => fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -9, max: 9 })),
  real: () =>
    fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0), // -0 is 0 in JSON
      fc.constantFrom(0, 1, -1, 0.1, 0.1 + 0.2, 1e21, 1e-7, 1.7976931348623157e308, 2 ** 53),
    ),
  decimal: ({ precision = 18, scale = 0 }) => {
    const limit = 10n ** BigInt(precision) - 1n
    const scaled = fc.oneof(fc.bigInt({ min: -limit, max: limit }), fc.bigInt({ min: -99n, max: 99n }))
    return scaled.map((number) => decimalText(number, scale))
  },
  boolean: () => fc.boolean(),
  instant: () => anyDate().map((date) => date.toISOString()),
  date: () => anyDate().map((date) => date.toISOString().slice(0, 10)),
  // NULL is what stands for null.
  json: () =>
    fc
      .json({ stringUnit: 'binary' })
      .filter((text) => text !== 'null' && !text.includes('\\u0000'))
      .map((text) => JSON.parse(text)),
}

function anyDate(): fc.Arbitrary<Date> {
  return fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
}

function decimalText(scaled: bigint, scale: number): string {
  const digits = String(scaled < 0n ? -scaled : scaled).padStart(scale + 1, '0')
  const point = digits.length - scale
  return `${scaled < 0n ? '-' : ''}${digits.slice(0, point)}${scale === 0 ? '' : `.${digits.slice(point)}`}`
}
