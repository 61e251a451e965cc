import { isStorable } from '../base/storable.ts'
import { type ComparablePart, readComparable, readElement, type Subject } from '../model/comparable.ts'
import type { CompareOp } from '../model/rule.ts'
import { columnRef } from './column-ref.ts'
import { allOf, anyOf, type Condition } from './condition.ts'
import type { BoundValue, Values } from './values.ts'

/** A comparison as a condition, or the sentence that says what is wrong with the value. */
export type Comparison = { readonly condition: Condition } | { readonly problem: string }

/**
 * Compares a field with a value.
 *
 * Of an object value given with several members the first is compared, the others must be equal: 10 EUR is less than 20 EUR,
 * and neither less nor more than 20 USD.
 */
export function compareField(op: CompareOp, raw: unknown, subject: Subject, values: Values): Comparison {
  return comparers[op](op, raw, subject, values)
}

type Comparer = (op: CompareOp, raw: unknown, subject: Subject, values: Values) => Comparison

function compareValue(op: CompareOp, raw: unknown, subject: Subject, values: Values): Comparison {
  const read = readComparable(raw, subject)
  return 'problem' in read ? read : { condition: partsCondition(op, read.parts, subject, values) }
}

function compareList(op: CompareOp, raw: unknown, subject: Subject, values: Values): Comparison {
  if (!Array.isArray(raw)) return { problem: 'must be compared with a list, such as a,b,c' }
  const items: (readonly ComparablePart[])[] = []
  for (const item of raw) {
    const read = readComparable(item, subject)
    if ('problem' in read) return read
    items.push(read.parts)
  }
  const isSimple = items.every((parts) => parts.length === 1)
  if (!isSimple) return { condition: anyOf(items.map((parts) => partsCondition('eq', parts, subject, values))) }
  const { type } = columnRef(subject.field, subject.key)
  return compared(op, subject, { kind: 'list', type, value: items.map(([part]) => part!.value) }, values)
}

/** Any text is looked for, whatever the field's own format. */
function compareText(op: CompareOp, raw: unknown, subject: Subject, values: Values): Comparison {
  if (typeof raw !== 'string' || !isStorable(raw)) return { problem: 'must be compared with text' }
  return compared(op, subject, { kind: 'scalar', type: { kind: 'text' }, value: raw }, values)
}

function compareElement(op: CompareOp, raw: unknown, subject: Subject, values: Values): Comparison {
  const read = readElement(raw, subject)
  return 'problem' in read ? read : compared(op, subject, { kind: 'element', value: read.value }, values)
}

const comparers: Readonly<Record<CompareOp, Comparer>> = {
  eq: compareValue,
  lt: compareValue,
  lte: compareValue,
  gt: compareValue,
  gte: compareValue,
  in: compareList,
  contains: compareText,
  icontains: compareText,
  startsWith: compareText,
  endsWith: compareText,
  has: compareElement,
}

function partsCondition(
  op: CompareOp,
  parts: readonly ComparablePart[],
  { field }: Subject,
  values: Values,
): Condition {
  return allOf(
    parts.map(({ column, value }, index) => ({
      kind: 'compare',
      op: index === 0 ? op : 'eq',
      column: columnRef(field, column.key),
      slot: values.add({ kind: 'scalar', type: column.type, value }),
    })),
  )
}

function compared(op: CompareOp, { field, key }: Subject, value: BoundValue, values: Values): Comparison {
  return { condition: { kind: 'compare', op, column: columnRef(field, key), slot: values.add(value) } }
}
