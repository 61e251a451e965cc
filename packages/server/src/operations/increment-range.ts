import { issueSentences } from '../fields/issue-codes.ts'
import type { CollectionModel, FieldModel } from '../model/model.ts'
import { columnRef } from '../query/column-ref.ts'
import type { Condition } from '../query/condition.ts'
import type { SelectionContext } from '../query/selection.ts'
import { operationErrors } from './errors.ts'

/** A bound that a number must keep to after something was added to it. */
export interface Range {
  readonly field: FieldModel
  readonly code: 'too_small' | 'too_large'
  readonly bound: number
  readonly condition: Condition
}

/** What must hold of numbers that are added to; a null that is added to stays null and is in no range. */
export function rangesOf(
  increments: Readonly<Record<string, number>>,
  collection: CollectionModel,
  asking: SelectionContext,
): readonly Range[] {
  return Object.keys(increments).flatMap((name) => {
    const field = collection.fields.get(name)!
    const { shape } = field.type
    if (shape.kind !== 'integer' && shape.kind !== 'number') return []
    return [
      range(field, 'too_small', shape.min ?? -Number.MAX_VALUE, asking),
      range(field, 'too_large', shape.max ?? Number.MAX_VALUE, asking),
    ]
  })
}

function range(field: FieldModel, code: Range['code'], bound: number, { values }: SelectionContext): Range {
  const column = columnRef(field)
  const slot = values.add({ kind: 'scalar', type: column.type, value: bound })
  return { field, code, bound, condition: { kind: 'compare', op: code === 'too_small' ? 'gte' : 'lte', column, slot } }
}

/** @throws operation_condition_failed  naming the numbers that would leave their range. */
export function requireInRange(broken: readonly Range[], collection: CollectionModel): void {
  if (broken.length === 0) return
  const issues = broken.map(({ field: { name }, code, bound }) => {
    const params = code === 'too_small' ? { min: bound } : { max: bound }
    return { pointer: `/${name}`, code, message: issueSentences[code](params as never), params }
  })
  throw operationErrors.condition_failed({ details: { collection: collection.name }, issues })
}
