import { isStorable } from '../base/storable.ts'
import type { FieldOf, FieldOptions } from '../model/field.ts'
import { operatorSets } from '../model/operator.ts'
import { defineField, type OptionsFor } from './define-field.ts'
import { reportIssue } from './report-issue.ts'

export type ChoiceOptions<Value extends string = string> = FieldOptions<Value>

/** One of a few texts: `choice(['draft', 'published'])`. Each has 1 to 100 characters. */
export function choice<const Values extends readonly string[], const O extends ChoiceOptions<Values[number]> = {}>(
  values: Values,
  options?: OptionsFor<O, ChoiceOptions<Values[number]>>,
): FieldOf<Values[number], O> {
  const known: ReadonlySet<unknown> = new Set(values)
  const listed: readonly string[] = Object.freeze([...values])
  return defineField(
    {
      name: 'choice',
      shape: { kind: 'choice', values: listed },
      columns: [{ type: { kind: 'text' } }],
      operators: operatorSets.equality,
      problems: valueProblems(listed),
      parse(value, report) {
        if (typeof value !== 'string') return reportIssue(report, 'type', { expected: 'text' })
        return known.has(value) ? value : reportIssue(report, 'choice', { values: listed })
      },
    },
    options ?? {},
  )
}

function valueProblems(values: readonly string[]): readonly string[] {
  if (values.length === 0) return ['A choice needs at least one value.']
  const problems = values
    .filter((value, index) => values.indexOf(value) !== index)
    .map((value) => `The value ${value} is listed twice. Remove one.`)
  const isFine = (value: string) => value.length >= 1 && value.length <= 100 && isStorable(value)
  return values.every(isFine) ? problems : [...problems, 'A value of a choice is text of 1 to 100 characters.']
}
