import type { FieldOptions, InputOf, OutputOf, Report, ValueField } from '../model/field.ts'
import { operatorSets } from '../model/operator.ts'
import { limitProblems } from './bounds.ts'
import { defineField, type OptionsFor } from './define-field.ts'
import { reportIssue } from './report-issue.ts'

export interface DecimalOptions extends FieldOptions<string | number> {
  /** Digits in all, 1 to 18. Default 18. */
  readonly precision?: number
  /** Digits after the point, 0 to `precision`. Default 2. */
  readonly scale?: number
  readonly min?: string | number
  readonly max?: string | number
}

/**
 * An exact fraction, as text with `scale` digits after the point: `"12.50"`.
 *
 * Text and JSON numbers are taken; `7` becomes `"7.00"`. What has more digits is refused, never rounded. A JSON number of more than
 * 15 digits is refused as well, because it may not be the number that was written.
 */
export function decimal<const O extends DecimalOptions = {}>(
  options?: OptionsFor<O, DecimalOptions>,
): ValueField<OutputOf<string, O>, InputOf<string | number, O>> {
  const { precision = 18, scale = 2 }: DecimalOptions = options ?? {}
  const digitProblems = problemsOfDigits({ precision, scale })
  const digits: Digits = digitProblems.length === 0 ? { precision, scale } : { precision: 18, scale: 2 }
  const [min, max] = [bound(options?.min, digits), bound(options?.max, digits)]
  return defineField(
    {
      name: 'decimal',
      shape: { kind: 'decimal', ...digits, min, max },
      columns: [{ type: { kind: 'decimal', ...digits } }],
      operators: operatorSets.ordered,
      isSummable: true,
      problems: digitProblems.length === 0 ? problemsOfBounds(options ?? {}, min, max) : digitProblems,
      parse(value, report) {
        const result = canonicalDecimal(value, digits, report)
        if (result === undefined) return undefined
        if (min !== undefined && isLess(result, min)) return reportIssue(report, 'too_small', { min })
        if (max !== undefined && isLess(max, result)) return reportIssue(report, 'too_large', { max })
        return result
      },
    },
    options ?? {},
  )
}

interface Digits {
  readonly precision: number
  readonly scale: number
}

const maxPrecision = 18
const maxWritten = 64
/** Any decimal of so many digits survives being a 64-bit float (DBL_DIG of C). */
const maxFloatDigits = 15

function problemsOfDigits({ precision, scale }: Digits): readonly string[] {
  const problems = limitProblems('precision', precision, 1, maxPrecision)
  return problems.length > 0 ? problems : limitProblems('scale', scale, 0, precision)
}

function canonicalDecimal(value: unknown, digits: Digits, report: Report): string | undefined {
  const parts = writtenParts(value)
  if (parts === undefined) return reportIssue(report, 'type', { expected: 'a decimal as text, such as "12.50"' })
  const [sign, whole, written] = parts
  const fraction = written.padEnd(digits.scale, '0').slice(0, digits.scale)
  if (whole.length > digits.precision - digits.scale || /[1-9]/.test(written.slice(digits.scale))) {
    return reportIssue(report, 'too_many_digits', { ...digits })
  }
  const unsigned = `${whole === '' ? '0' : whole}${digits.scale === 0 ? '' : `.${fraction}`}`
  return sign === '-' && /[1-9]/.test(unsigned) ? `-${unsigned}` : unsigned
}

/** Sign, digits before the point without leading zeros, digits after the point. */
function writtenParts(value: unknown): readonly [sign: string, whole: string, fraction: string] | undefined {
  const written = typeof value === 'number' ? writtenNumber(value) : value
  if (typeof written !== 'string' || written.length > maxWritten) return undefined
  const match = /^(-?)0*(\d*)(?:\.(\d+))?$/.exec(written)
  if (match === null || !/^-?\d/.test(written)) return undefined
  return [match[1] ?? '', match[2] ?? '', match[3] ?? '']
}

function writtenNumber(value: number): string | undefined {
  const written = String(value)
  return written.replace(/^-?0\.0*|[-.]/g, '').length <= maxFloatDigits ? written : undefined
}

function bound(value: string | number | undefined, digits: Digits): string | undefined {
  return value === undefined ? undefined : canonicalDecimal(value, digits, () => {})
}

/** Compares two canonical decimals of the same scale. */
function isLess(left: string, right: string): boolean {
  return BigInt(left.replace('.', '')) < BigInt(right.replace('.', ''))
}

function problemsOfBounds(options: DecimalOptions, min?: string, max?: string): readonly string[] {
  if (min !== undefined && max !== undefined && isLess(max, min)) {
    return ['The option min is above max. Lower min or raise max.']
  }
  return Object.entries({ min, max })
    .filter(([name, bound]) => bound === undefined && options[name as 'min' | 'max'] !== undefined)
    .map(([name]) => `The option ${name} is not a decimal of this precision and scale.`)
}
