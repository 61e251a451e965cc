import { valueAt } from './column-ref.ts'
import { compareDecimals } from './compare-decimals.ts'
import { compareScalars } from './compare-values.ts'
import type { ColumnRef, Condition } from './condition.ts'
import type { BoundValue } from './values.ts'

/**
 * Evaluates a condition on a record in its JSON form, without a database.
 *
 * It gives what SQL gives (`tests/rules-agree.test.ts`). Only for conditions that are `isLocal`.
 * @throws Error  when the condition needs other rows.
 */
export function evaluate(
  condition: Condition,
  record: Readonly<Record<string, unknown>>,
  values: readonly BoundValue[],
): boolean {
  switch (condition.kind) {
    case 'constant':
      return condition.value
    case 'and':
      return condition.of.every((part) => evaluate(part, record, values))
    case 'or':
      return condition.of.some((part) => evaluate(part, record, values))
    case 'not':
      return !evaluate(condition.of, record, values)
    case 'isNull':
      return valueAt(record, condition.column) === null
    case 'hasAny':
      return hasAny(valueAt(record, condition.column), values[condition.slot]!.value as readonly unknown[])
    case 'compare':
      return compareAs(condition.column, condition.op, valueAt(record, condition.column), values[condition.slot]!.value)
    case 'compareColumns':
      return compareAs(condition.left, condition.op, valueAt(record, condition.left), valueAt(record, condition.right))
    case 'exists':
    case 'related':
    case 'reachedFrom':
      throw new Error('This condition needs other rows; ask the database.')
  }
}

function hasAny(list: unknown, wanted: readonly unknown[]): boolean {
  if (!Array.isArray(list)) return false
  const texts = new Set(wanted.map((element) => JSON.stringify(element)))
  return list.some((element) => texts.has(JSON.stringify(element)))
}

function compareAs(
  column: ColumnRef,
  op: Parameters<typeof compareScalars>[0],
  left: unknown,
  right: unknown,
): boolean {
  return column.type.kind === 'decimal' ? compareDecimals(op, left, right) : compareScalars(op, left, right)
}
