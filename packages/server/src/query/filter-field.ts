import type { IssueCode } from '../base/issue-codes.ts'
import type { FieldModel } from '../model/model.ts'
import type { Operator } from '../model/operator.ts'
import type { CompareOp } from '../model/rule.ts'
import { columnRef } from './column-ref.ts'
import { compareField } from './compare-field.ts'
import { allOf, always, anyOf, type Condition, negate, never } from './condition.ts'
import type { WhereContext } from './where.ts'

/** A field as a filter asks of it. */
export interface FilterSubject {
  readonly field: FieldModel
  /** The member of an object value that is meant; undefined: the value itself. */
  readonly key: string | undefined
  /** In which rows the actor may read the field; in all others it counts as null. */
  readonly readable: Condition
  readonly context: WhereContext
  /** Where the filter says it, for issues. */
  readonly at: string
}

/** One operator asked of a field of the row itself, as a condition; `always`, with an issue, when it cannot be asked. */
export function filterField(operator: Operator, raw: unknown, subject: FilterSubject): Condition {
  const { field, context, at } = subject
  if (!mayAskMore(context, at)) return always
  if (field.type.operators.includes(operator)) return filters[operator](raw, subject)
  return problem(
    context,
    at,
    'unknown_operator',
    `${field.name} can be filtered by: ${field.type.operators.join(', ')}`,
  )
}

/** Counts a condition; false, with an issue, when there are too many. */
export function mayAskMore(context: WhereContext, at: string): boolean {
  context.count.conditions += 1
  if (context.count.conditions <= context.maxConditions) return true
  problem(context, at, 'too_many', `a filter has at most ${context.maxConditions} conditions`)
  return false
}

/** Notes what is wrong; the condition that stands in for the part never gets as far as a database. */
export function problem(context: WhereContext, at: string, code: IssueCode, message: string): Condition {
  context.issues.add(at, code, `${message.charAt(0).toUpperCase()}${message.slice(1)}.`)
  return always
}

const filters: Readonly<Record<Operator, (raw: unknown, subject: FilterSubject) => Condition>> = {
  eq: (raw, subject) => (raw === null ? isNull(subject) : compare('eq', raw, subject)),
  ne: (raw, subject) => negate(filters.eq(raw, subject)),
  lt: (raw, subject) => compare('lt', raw, subject),
  lte: (raw, subject) => compare('lte', raw, subject),
  gt: (raw, subject) => compare('gt', raw, subject),
  gte: (raw, subject) => compare('gte', raw, subject),
  in: (raw, subject) => isOneOf(raw, subject),
  nin: (raw, subject) => negate(isOneOf(raw, subject)),
  null(raw, subject) {
    if (raw === true || raw === 'true') return isNull(subject)
    if (raw === false || raw === 'false') return negate(isNull(subject))
    return problem(subject.context, subject.at, 'type', 'must be true or false')
  },
  contains: (raw, subject) => compare(isList(subject.field) ? 'has' : 'contains', raw, subject),
  icontains: (raw, subject) => compare('icontains', raw, subject),
  startsWith: (raw, subject) => compare('startsWith', raw, subject),
  endsWith: (raw, subject) => compare('endsWith', raw, subject),
  between(raw, subject) {
    if (!Array.isArray(raw) || raw.length !== 2)
      return problem(subject.context, subject.at, 'type', 'must be two values, such as 10,20')
    return allOf([compare('gte', raw[0], subject), compare('lte', raw[1], subject)])
  },
  some: (_raw, subject) => problem(subject.context, subject.at, 'unknown_operator', 'some asks of a relation'),
  none: (_raw, subject) => problem(subject.context, subject.at, 'unknown_operator', 'none asks of a relation'),
}

function compare(op: CompareOp, raw: unknown, { field, key, readable, context, at }: FilterSubject): Condition {
  const comparison = compareField(op, raw, { field, key, isText: context.isText }, context.values)
  if ('condition' in comparison) return allOf([readable, comparison.condition])
  problem(context, at, 'type', `${field.name} ${comparison.problem}`)
  return never
}

function isNull({ field, key, readable }: FilterSubject): Condition {
  return anyOf([negate(readable), { kind: 'isNull', column: columnRef(field, key) }])
}

function isOneOf(raw: unknown, subject: FilterSubject): Condition {
  if (Array.isArray(raw) && raw.length > maxListItems)
    return problem(subject.context, subject.at, 'too_many', `a list has at most ${maxListItems} values`)
  return compare('in', raw, subject)
}
const maxListItems = 500

function isList(field: FieldModel): boolean {
  return field.type.shape.kind === 'list'
}
