import { requireCollection } from '../model/find-collection.ts'
import type { CollectionModel, FieldModel } from '../model/model.ts'
import type { CompareOp, OperandData, Rule } from '../model/rule.ts'
import type { Asking } from './access.ts'
import { columnRef } from './column-ref.ts'
import { compareScalars } from './compare-values.ts'
import { allOf, always, anyOf, type Condition, negate, never } from './condition.ts'

/** Binds a rule to an actor and a moment: roles become constants, the actor's id a value. */
export function bindRule(rule: Rule, collection: CollectionModel, asking: Asking): Condition {
  return binders[rule.kind](rule as never, collection, asking)
}

const binders: {
  readonly [K in Rule['kind']]: (
    rule: Extract<Rule, { kind: K }>,
    collection: CollectionModel,
    asking: Asking,
  ) => Condition
} = {
  constant: (rule) => (rule.value ? always : never),
  signedIn: (_rule, _collection, { actor }) => (actor.kind === 'anonymous' ? never : always),
  role: (rule, _collection, { actor }) => (rule.anyOf.some((name) => actor.roles.includes(name)) ? always : never),
  and: (rule, collection, asking) => allOf(rule.of.map((part) => bindRule(part, collection, asking))),
  or: (rule, collection, asking) => anyOf(rule.of.map((part) => bindRule(part, collection, asking))),
  not: (rule, collection, asking) => negate(bindRule(rule.of, collection, asking)),
  compare: (rule, collection, asking) => bindCompare(rule.op, rule.left, rule.right, collection, asking),
  isNull: (rule, collection, asking) => bindIsNull(rule.operand, collection, asking),
  some: (rule, collection, asking) =>
    behind(rule.path, collection, asking, (field, owner) => {
      const target = requireCollection(asking.model, field.relation!.target)
      return { kind: 'related', collection: owner.name, field: field.name, of: bindRule(rule.of, target, asking) }
    }),
}

function bindCompare(
  op: CompareOp,
  left: OperandData,
  right: OperandData,
  collection: CollectionModel,
  asking: Asking,
): Condition {
  if (left.from !== 'row') {
    if (right.from === 'row') return bindCompare(flipped[op], right, left, collection, asking)
    return compareScalars(op, valueOfOperand(left, asking), valueOfOperand(right, asking)) ? always : never
  }
  if (right.from === 'row') {
    return {
      kind: 'compareColumns',
      op,
      left: ownColumn(left.path, collection),
      right: ownColumn(right.path, collection),
    }
  }
  const value = valueOfOperand(right, asking)
  if (value === null || value === undefined) return never
  return behind(left.path, collection, asking, (field) => compareField(op, field, value, asking))
}

/** `a < b` said from the other side. */
const flipped: Readonly<Record<CompareOp, CompareOp>> = {
  eq: 'eq',
  lt: 'gt',
  lte: 'gte',
  gt: 'lt',
  gte: 'lte',
  in: 'in',
  contains: 'contains',
  icontains: 'icontains',
  startsWith: 'startsWith',
  endsWith: 'endsWith',
  has: 'has',
}

function valueOfOperand(operand: Exclude<OperandData, { from: 'row' }>, { actor, now }: Asking): unknown {
  if (operand.from === 'actor') return actor.id
  return operand.from === 'now' ? now : operand.value
}

function bindIsNull(operand: OperandData, collection: CollectionModel, asking: Asking): Condition {
  if (operand.from !== 'row') return valueOfOperand(operand, asking) === null ? always : never
  return behind(operand.path, collection, asking, (field) => ({ kind: 'isNull', column: columnRef(field) }))
}

/** Follows references to the last field of the path and states `make` about it there. */
function behind(
  path: readonly string[],
  collection: CollectionModel,
  asking: Asking,
  make: (field: FieldModel, owner: CollectionModel) => Condition,
): Condition {
  const field = collection.fields.get(path[0]!)!
  if (path.length === 1) return make(field, collection)
  const target = requireCollection(asking.model, field.relation!.target)
  return {
    kind: 'related',
    collection: collection.name,
    field: field.name,
    of: behind(path.slice(1), target, asking, make),
  }
}

function ownColumn(path: readonly string[], collection: CollectionModel) {
  return columnRef(collection.fields.get(path[0]!)!)
}

/** A comparison of a field with a value that is known to suit it. */
export function compareField(
  op: CompareOp,
  field: FieldModel,
  value: unknown,
  { values }: Pick<Asking, 'values'>,
): Condition {
  const column = columnRef(field)
  if (op === 'has') return { kind: 'compare', op, column, slot: values.add({ kind: 'element', value }) }
  if (op === 'in')
    return {
      kind: 'compare',
      op,
      column,
      slot: values.add({ kind: 'list', type: column.type, value: value as readonly unknown[] }),
    }
  // A rule may compare the id of an actor that is no UUID; then no row matches, and the database is not asked to read it as one.
  if (column.type.kind === 'id' && !isUuid(value)) return never
  return { kind: 'compare', op, column, slot: values.add({ kind: 'scalar', type: column.type, value }) }
}

function isUuid(value: unknown): boolean {
  return typeof value === 'string' && uuidPattern.test(value)
}
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
