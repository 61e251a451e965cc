import type { FieldOf, FieldOptions } from '../model/field.ts'
import { operatorSets } from '../model/operator.ts'
import { boundsProblems, isWithin } from './bounds.ts'
import { defineField, type OptionsFor } from './define-field.ts'
import { reportIssue } from './report-issue.ts'

export interface IntegerOptions extends FieldOptions<number> {
  /** Default -9 007 199 254 740 991, the least that JavaScript counts exactly. */
  readonly min?: number
  /** Default 9 007 199 254 740 991. */
  readonly max?: number
}

/** A whole number. */
export function integer<const O extends IntegerOptions = {}>(
  options?: OptionsFor<O, IntegerOptions>,
): FieldOf<number, O> {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER }: IntegerOptions = options ?? {}
  return defineField(
    {
      name: 'integer',
      shape: { kind: 'integer', min, max },
      columns: [{ type: { kind: 'integer' } }],
      operators: operatorSets.ordered,
      isSummable: true,
      problems: boundsProblems({ min, max }, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
      parse(value, report) {
        if (!Number.isInteger(value)) return reportIssue(report, 'type', { expected: 'a whole number' })
        const result = (value as number) + 0 // makes -0 the 0 that databases give back
        return isWithin(result, { min, max }, report) ? result : undefined
      },
    },
    options ?? {},
  )
}
