import { isCalendarDate } from '../base/calendar.ts'
import type { FieldOf, FieldOptions } from '../model/field.ts'
import { operatorSets } from '../model/operator.ts'
import { defineField, type OptionsFor } from './define-field.ts'
import { reportIssue } from './report-issue.ts'

export type DateOptions = FieldOptions<string>

/** A day of the calendar, without time or time zone: `2026-03-01`. Years 0001 to 9999. */
export function date<const O extends DateOptions = {}>(options?: OptionsFor<O, DateOptions>): FieldOf<string, O> {
  return defineField(
    {
      name: 'date',
      shape: { kind: 'date' },
      columns: [{ type: { kind: 'date' } }],
      operators: operatorSets.ordered,
      parse(value, report) {
        if (typeof value !== 'string') return reportIssue(report, 'type', { expected: 'a date as text' })
        if (isCalendarDate(value)) return value
        return reportIssue(report, 'format', { expected: 'a date that exists, such as 2026-03-01' })
      },
    },
    options ?? {},
  )
}
