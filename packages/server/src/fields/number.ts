import type { FieldOf, FieldOptions } from '../model/field.ts'
import { operatorSets } from '../model/operator.ts'
import { boundsProblems, isWithin } from './bounds.ts'
import { defineField, type OptionsFor } from './define-field.ts'
import { reportIssue } from './report-issue.ts'

export interface NumberOptions extends FieldOptions<number> {
  readonly min?: number
  readonly max?: number
}

/** A measured number: a 64-bit float. For money there is `money`, for exact fractions `decimal`. */
export function number<const O extends NumberOptions = {}>(options?: OptionsFor<O, NumberOptions>): FieldOf<number, O> {
  const bounds: NumberOptions = { min: options?.min, max: options?.max }
  return defineField(
    {
      name: 'number',
      shape: { kind: 'number', ...bounds },
      columns: [{ type: { kind: 'real' } }],
      operators: operatorSets.ordered,
      isSummable: true,
      problems: boundsProblems(bounds, -Number.MAX_VALUE, Number.MAX_VALUE, false),
      parse(value, report) {
        if (!Number.isFinite(value)) return reportIssue(report, 'type', { expected: 'a number' })
        const result = (value as number) + 0 // makes -0 the 0 that databases give back
        return isWithin(result, bounds, report) ? result : undefined
      },
    },
    options ?? {},
  )
}
