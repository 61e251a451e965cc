import { isCalendarDate } from '../base/calendar.ts'
import type { FieldOf, FieldOptions } from '../model/field.ts'
import { operatorSets } from '../model/operator.ts'
import { defineField, type OptionsFor } from './define-field.ts'
import { reportIssue } from './report-issue.ts'

export type InstantOptions = FieldOptions<string>

/**
 * A moment, in UTC with milliseconds: `2026-03-01T09:30:00.000Z`. Years 0001 to 9999.
 *
 * Takes ISO 8601 as RFC 3339 profiles it, with any offset: `2026-03-01T10:30:00+01:00`. Finer fractions of a second are cut off.
 */
export function instant<const O extends InstantOptions = {}>(
  options?: OptionsFor<O, InstantOptions>,
): FieldOf<string, O> {
  return defineField(
    {
      name: 'instant',
      shape: { kind: 'instant' },
      columns: [{ type: { kind: 'instant' } }],
      operators: operatorSets.ordered,
      parse(value, report) {
        if (typeof value !== 'string') return reportIssue(report, 'type', { expected: 'an instant as text' })
        const canonical = canonicalInstant(value)
        if (canonical !== undefined) return canonical
        return reportIssue(report, 'format', {
          expected: 'an instant that exists, with its offset, such as 2026-03-01T09:30:00Z',
        })
      },
    },
    options ?? {},
  )
}

const rfc3339 =
  /^(\d{4}-\d{2}-\d{2})T((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,9}))?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

function canonicalInstant(text: string): string | undefined {
  const match = rfc3339.exec(text.toUpperCase())
  const [, day = '', time, fraction = '', offset] = match ?? []
  if (!isCalendarDate(day)) return undefined
  const ms = Date.parse(`${day}T${time}.${fraction.padEnd(3, '0').slice(0, 3)}${offset}`)
  const canonical = new Date(ms).toISOString()
  // An offset can lead out of the years that four digits write.
  return canonical.length === 24 && canonical >= '0001' ? canonical : undefined
}
