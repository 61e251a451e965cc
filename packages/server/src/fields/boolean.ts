import type { FieldOf, FieldOptions } from '../model/field.ts'
import { operatorSets } from '../model/operator.ts'
import { defineField, type OptionsFor } from './define-field.ts'
import { reportIssue } from './report-issue.ts'

export type BooleanOptions = FieldOptions<boolean>

/** True or false. */
export function boolean<const O extends BooleanOptions = {}>(
  options?: OptionsFor<O, BooleanOptions>,
): FieldOf<boolean, O> {
  return defineField(
    {
      name: 'boolean',
      shape: { kind: 'boolean' },
      columns: [{ type: { kind: 'boolean' } }],
      operators: operatorSets.equality,
      parse: (value, report) =>
        typeof value === 'boolean' ? value : reportIssue(report, 'type', { expected: 'true or false' }),
    },
    options ?? {},
  )
}
