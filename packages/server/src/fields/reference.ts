import { isId } from '../base/id.ts'
import type { DefaultContext, Field, FieldOptions, InputOf, OnDelete, OutputOf, Report } from '../model/field.ts'
import { operatorSets } from '../model/operator.ts'
import { defineField, type OptionsFor } from './define-field.ts'
import { reportIssue } from './report-issue.ts'

export interface ReferenceOptions extends Omit<FieldOptions, 'default'> {
  /**
   * What happens to this record when the other one is deleted. `restrict` refuses the deletion, `cascade` deletes this one too,
   * `setNull` clears the reference and needs `optional: true`. Default `restrict`.
   */
  readonly onDelete?: OnDelete
  /** Often who is asking: `({ actor }) => actor.id`. From a function, null is no value. */
  readonly default?: string | ((context: DefaultContext) => string | null)
}

/** The id of a record of another collection, which must exist. With `unique: true` each can be referred to once. */
export function reference<const Target extends string, const O extends ReferenceOptions = {}>(
  target: Target,
  options?: OptionsFor<O, ReferenceOptions>,
): Field<OutputOf<string, O>, InputOf<string, O>, { readonly kind: 'reference'; readonly target: Target }> {
  const { onDelete = 'restrict', optional }: ReferenceOptions = options ?? {}
  return defineField(
    {
      name: 'reference',
      shape: { kind: 'reference', target },
      columns: [{ suffix: 'id', type: { kind: 'id' } }],
      operators: operatorSets.equality,
      relation: Object.freeze({ kind: 'reference', target, onDelete }),
      problems:
        onDelete === 'setNull' && optional !== true
          ? ['onDelete: setNull clears the reference, so it must be optional. Add optional: true.']
          : [],
      parse: parseId,
    },
    options ?? {},
  )
}

/** A UUID in lower case. */
export function parseId(value: unknown, report: Report): string | undefined {
  if (typeof value !== 'string') return reportIssue(report, 'type', { expected: 'an id as text' })
  const id = value.toLowerCase()
  return isId(id) ? id : reportIssue(report, 'format', { expected: 'the id of a record' })
}
