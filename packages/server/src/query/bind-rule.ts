import { durationMs } from '../base/duration.ts'
import type { Actor } from '../model/actor.ts'
import type { CollectionModel, FieldModel } from '../model/model.ts'
import { requireCollection } from '../model/require-collection.ts'
import { type CompareOp, flipped, type OperandData, type Rule } from '../model/rule.ts'
import type { Asking } from './access.ts'
import { columnRef } from './column-ref.ts'
import { compareField } from './compare-field.ts'
import { compareScalars } from './compare-values.ts'
import { allOf, always, anyOf, type Condition, negate, never, relatedTo } from './condition.ts'

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
  permission: (rule, _collection, { actor }) =>
    rule.anyOf.some((name) => actor.permissions?.includes(name)) ? always : never,
  // The time is asked in any case, so that nothing which depends on it is kept.
  recentlyAuthenticated: ({ within }, _collection, { now, actor }) =>
    isRecent(actor.authenticatedAt, durationMs(within)!, now) ? always : never,
  and: (rule, collection, asking) => allOf(rule.of.map((part) => bindRule(part, collection, asking))),
  or: (rule, collection, asking) => anyOf(rule.of.map((part) => bindRule(part, collection, asking))),
  not: (rule, collection, asking) => negate(bindRule(rule.of, collection, asking)),
  compare: (rule, collection, asking) => bindCompare(rule.op, rule.left, rule.right, collection, asking),
  isNull: (rule, collection, asking) => bindIsNull(rule.operand, collection, asking),
  allows: (rule, collection, asking) => bindAllows(rule, collection, asking),
  some: (rule, collection, asking) =>
    behind(rule.path, collection, asking, (field, owner) => {
      const target = requireCollection(asking.model, field.relation!.target)
      return relatedTo(owner.name, field.name, bindRule(rule.of, target, asking))
    }),
}

/** Clocks of two machines differ a little; what is further ahead is no time of the past. */
const maxAheadMs = 60_000

function isRecent(at: string | undefined, withinMs: number, now: string): boolean {
  const ageMs = Date.parse(now) - Date.parse(at ?? '')
  return ageMs <= withinMs && ageMs >= -maxAheadMs
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
  if (right.from === 'row') return compareOwnFields(op, fieldAt(left, collection), fieldAt(right, collection))
  return behind(left.path, collection, asking, (field) => compareWith(op, field, right, asking))
}

function compareWith(
  op: CompareOp,
  field: FieldModel,
  operand: Exclude<OperandData, { from: 'row' }>,
  asking: Asking,
): Condition {
  const value = valueOfOperand(operand, asking)
  if (value === null || value === undefined) return never
  const isDay = operand.from === 'now' && field.columns[0]!.type.kind === 'date'
  const comparison = compareField(op, isDay ? asking.now.slice(0, 10) : value, { field }, asking.values)
  // Literals were checked when the model was compiled. What is left is an actor whose id is no id of a record: it equals none.
  return 'condition' in comparison ? comparison.condition : never
}

function valueOfOperand(operand: Exclude<OperandData, { from: 'row' }>, asking: Asking): unknown {
  if (operand.from === 'actor') return asking.actor[operand.name] ?? null
  return operand.from === 'now' ? asking.now : operand.value
}

/** Two fields of the row, of the same type: the first columns are compared, the others (a currency) must be equal. */
function compareOwnFields(op: CompareOp, left: FieldModel, right: FieldModel): Condition {
  return allOf(
    left.columns.map((column, index) => ({
      kind: 'compareColumns',
      op: index === 0 ? op : 'eq',
      left: columnRef(left, column.key),
      right: columnRef(right, column.key),
    })),
  )
}

function fieldAt(operand: Extract<OperandData, { from: 'row' }>, collection: CollectionModel): FieldModel {
  return collection.fields.get(operand.path[0]!)!
}

/** A field behind a reference that leads nowhere is null, like the reference. */
function bindIsNull(operand: OperandData, collection: CollectionModel, asking: Asking): Condition {
  if (operand.from !== 'row') return valueOfOperand(operand, asking) === null ? always : never
  return negate(
    behind(operand.path, collection, asking, (field) => negate({ kind: 'isNull', column: columnRef(field) })),
  )
}

function bindAllows(
  { list, level }: Extract<Rule, { kind: 'allows' }>,
  collection: CollectionModel,
  asking: Asking,
): Condition {
  if (list.from !== 'row') return never
  return behind(list.path, collection, asking, (field) => {
    const levels = field.type.accessLevels!
    const enough = levels.slice(levels.indexOf(level))
    // The members in the order in which entries are stored.
    const entries = principalsOf(asking.actor).flatMap((to) => enough.map((level) => ({ to, level })))
    return { kind: 'hasAny', column: columnRef(field), slot: asking.values.add({ kind: 'elements', value: entries }) }
  })
}

/** All that an access list may call the actor. */
function principalsOf({ id, roles, tenant }: Actor): readonly string[] {
  return [
    'everyone',
    ...(id === null ? [] : [`user:${id}`]),
    ...roles.map((role) => `role:${role}`),
    ...(tenant === undefined ? [] : [`tenant:${tenant}`]),
  ]
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
  return relatedTo(collection.name, field.name, behind(path.slice(1), target, asking, make))
}
