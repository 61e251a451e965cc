import { requireCollection } from '../model/find-collection.ts'
import type { CollectionModel, FieldModel } from '../model/model.ts'
import type { Operator } from '../model/operator.ts'
import type { CompareOp } from '../model/rule.ts'
import { type Asking, fieldReadable, readableRows } from './access.ts'
import { columnRef } from './column-ref.ts'
import { readComparable } from './comparable.ts'
import { allOf, always, anyOf, type ColumnRef, type Condition, isNever, negate, never } from './condition.ts'
import type { QueryIssues } from './errors.ts'

/** What reading a filter needs besides the filter. */
export interface WhereContext extends Asking {
  readonly issues: QueryIssues
  /** Values are text from a URL. */
  readonly isText: boolean
  /** How many conditions one filter may have. */
  readonly maxConditions: number
  /** How deep relations and groups may nest. */
  readonly maxDepth: number
  readonly count: { conditions: number }
}

/**
 * Reads a filter: every name must be a field the actor may read, every operator one the field has, every value of its type.
 *
 * A field that is hidden from the actor is unknown, also behind relations, where only rows the actor may read count.
 */
export function conditionFromWhere(
  where: unknown,
  collection: CollectionModel,
  context: WhereContext,
  label = 'filter',
  depth = 0,
): Condition {
  if (!isPlainObject(where)) return problem(context, label, 'type', 'must name fields, such as filter[price][gte]=10')
  if (depth > context.maxDepth)
    return problem(context, label, 'too_deep', `is nested deeper than ${context.maxDepth} levels`)
  return allOf(Object.entries(where).map(([name, value]) => member(name, value, collection, context, label, depth)))
}

function member(
  name: string,
  value: unknown,
  collection: CollectionModel,
  context: WhereContext,
  label: string,
  depth: number,
): Condition {
  const at = `${label}[${name}]`
  if (name === 'and' || name === 'or') return group(name, value, collection, context, at, depth)
  if (name === 'not') return negate(conditionFromWhere(value, collection, context, at, depth + 1))
  const [first, ...rest] = name.split('.') as [string, ...string[]]
  const found = readableField(first, collection, context)
  if (found === undefined)
    return problem(context, at, 'unknown_field', `there is no field ${first} in ${collection.name}`)
  const nested = rest.length > 0 ? { [rest.join('.')]: value } : value
  return guarded(found, fieldCondition(found.field, nested, collection, context, at, depth))
}

/** Where the field is hidden, it counts as null. */
function guarded(found: { readable: Condition }, condition: Condition): Condition {
  return allOf([found.readable, condition])
}

function group(
  word: 'and' | 'or',
  value: unknown,
  collection: CollectionModel,
  context: WhereContext,
  at: string,
  depth: number,
): Condition {
  const parts = Array.isArray(value) ? value : undefined
  if (parts === undefined || parts.length === 0)
    return problem(context, at, 'type', `must be a list, such as filter[${word}][0][name]=x`)
  const conditions = parts.map((part, index) =>
    conditionFromWhere(part, collection, context, `${at}[${index}]`, depth + 1),
  )
  return word === 'and' ? allOf(conditions) : anyOf(conditions)
}

/** The field when the actor may read it, at least in some rows. */
export function readableField(
  name: string,
  collection: CollectionModel,
  asking: Asking,
): { field: FieldModel; readable: Condition } | undefined {
  const field = collection.fields.get(name)
  if (field === undefined) return undefined
  const readable = fieldReadable(field, collection, asking)
  return isNever(readable) ? undefined : { field, readable }
}

function fieldCondition(
  field: FieldModel,
  value: unknown,
  collection: CollectionModel,
  context: WhereContext,
  at: string,
  depth: number,
): Condition {
  if (!isPlainObject(value)) return operation('eq', value, field, undefined, context, at)
  return allOf(
    Object.entries(value).map(([word, operand]) => {
      if (field.relation !== undefined && field.relation.kind !== 'reference')
        return farSide(word, operand, field, collection, context, `${at}[${word}]`, depth)
      if (isOperator(word)) return operation(word, operand, field, undefined, context, `${at}[${word}]`)
      if (field.relation !== undefined) return behind(field, { [word]: operand }, collection, context, at, depth)
      return part(field, word, operand, context, at)
    }),
  )
}

/** A member of an object value that has a column of its own: `price.currency`. */
function part(field: FieldModel, key: string, value: unknown, context: WhereContext, at: string): Condition {
  if (!field.columns.some((column) => column.key === key)) {
    return problem(
      context,
      `${at}[${key}]`,
      'unknown_operator',
      `${field.name} can be filtered by: ${field.type.operators.join(', ')}`,
    )
  }
  if (!isPlainObject(value)) return operation('eq', value, field, key, context, at)
  return allOf(
    Object.entries(value).map(([word, operand]) =>
      isOperator(word)
        ? operation(word, operand, field, key, context, `${at}[${word}]`)
        : problem(context, `${at}[${word}]`, 'unknown_operator', `there is no operator ${word}`),
    ),
  )
}

function behind(
  field: FieldModel,
  where: Readonly<Record<string, unknown>>,
  collection: CollectionModel,
  context: WhereContext,
  at: string,
  depth: number,
): Condition {
  const target = requireCollection(context.model, field.relation!.target)
  const of = conditionFromWhere(where, target, context, at, depth + 1)
  return {
    kind: 'related',
    collection: collection.name,
    field: field.name,
    of: allOf([readableRows(target, context), of]),
  }
}

function farSide(
  word: string,
  where: unknown,
  field: FieldModel,
  collection: CollectionModel,
  context: WhereContext,
  at: string,
  depth: number,
): Condition {
  if (word !== 'some' && word !== 'none')
    return problem(context, at, 'unknown_operator', `${field.name} can be filtered by: some, none`)
  const conditions = where === true || where === 'true' ? {} : (where as Readonly<Record<string, unknown>>)
  const some = behind(field, conditions, collection, context, at, depth)
  return word === 'some' ? some : negate(some)
}

function operation(
  op: Operator,
  raw: unknown,
  field: FieldModel,
  key: string | undefined,
  context: WhereContext,
  at: string,
): Condition {
  context.count.conditions += 1
  if (context.count.conditions > context.maxConditions)
    return problem(context, at, 'too_many', `a filter has at most ${context.maxConditions} conditions`)
  if (!field.type.operators.includes(op))
    return problem(
      context,
      at,
      'unknown_operator',
      `${field.name} can be filtered by: ${field.type.operators.join(', ')}`,
    )
  return operations[op](raw, { field, column: columnRef(field, key), context, at, isWhole: key === undefined })
}

interface Subject {
  readonly field: FieldModel
  readonly column: ColumnRef
  readonly context: WhereContext
  readonly at: string
  readonly isWhole: boolean
}

const operations: Readonly<Record<Operator, (raw: unknown, subject: Subject) => Condition>> = {
  eq: (raw, subject) => (raw === null ? { kind: 'isNull', column: subject.column } : compare('eq', raw, subject)),
  ne: (raw, subject) => negate(operations.eq(raw, subject)),
  lt: (raw, subject) => compare('lt', raw, subject),
  lte: (raw, subject) => compare('lte', raw, subject),
  gt: (raw, subject) => compare('gt', raw, subject),
  gte: (raw, subject) => compare('gte', raw, subject),
  in: (raw, subject) => inList(raw, subject),
  nin: (raw, subject) => negate(inList(raw, subject)),
  null: (raw, subject) => {
    if (raw !== true && raw !== false && raw !== 'true' && raw !== 'false')
      return problem(subject.context, subject.at, 'type', 'must be true or false')
    const isNull: Condition = { kind: 'isNull', column: subject.column }
    return raw === true || raw === 'true' ? isNull : negate(isNull)
  },
  contains: (raw, subject) =>
    subject.column.type.kind === 'json' ? hasElement(raw, subject) : matchText('contains', raw, subject),
  icontains: (raw, subject) => matchText('icontains', raw, subject),
  startsWith: (raw, subject) => matchText('startsWith', raw, subject),
  endsWith: (raw, subject) => matchText('endsWith', raw, subject),
  between: (raw, subject) => {
    if (!Array.isArray(raw) || raw.length !== 2)
      return problem(subject.context, subject.at, 'type', 'must be two values, such as 10,20')
    return allOf([compare('gte', raw[0], subject), compare('lte', raw[1], subject)])
  },
  some: (_raw, subject) => problem(subject.context, subject.at, 'unknown_operator', 'some asks of a relation'),
  none: (_raw, subject) => problem(subject.context, subject.at, 'unknown_operator', 'none asks of a relation'),
}

function compare(op: CompareOp, raw: unknown, subject: Subject): Condition {
  const value = comparable(raw, subject)
  if (value === undefined) return never
  return {
    kind: 'compare',
    op,
    column: subject.column,
    slot: subject.context.values.add({ kind: 'scalar', type: subject.column.type, value }),
  }
}

/** Text operators take any text, whatever the field's own format. */
function matchText(op: CompareOp, raw: unknown, { column, context, at }: Subject): Condition {
  if (typeof raw !== 'string' || raw.includes('\0') || !raw.isWellFormed())
    return problem(context, at, 'type', 'must be text')
  return {
    kind: 'compare',
    op,
    column,
    slot: context.values.add({ kind: 'scalar', type: { kind: 'text' }, value: raw }),
  }
}

function inList(raw: unknown, subject: Subject): Condition {
  if (!Array.isArray(raw)) return problem(subject.context, subject.at, 'type', 'must be a list, such as a,b,c')
  if (raw.length > maxListItems)
    return problem(subject.context, subject.at, 'too_many', `a list has at most ${maxListItems} values`)
  const value = raw.map((item) => comparable(item, subject))
  return {
    kind: 'compare',
    op: 'in',
    column: subject.column,
    slot: subject.context.values.add({ kind: 'list', type: subject.column.type, value }),
  }
}
const maxListItems = 500

function hasElement(raw: unknown, { field, column, context, at }: Subject): Condition {
  const shape = field.type.shape
  const items = shape.kind === 'list' ? shape.items : undefined
  const value = context.isText && items !== undefined ? elementFromText(raw, items.kind) : raw
  if (!['string', 'number', 'boolean'].includes(typeof value))
    return problem(context, at, 'type', 'must be one element of the list')
  return { kind: 'compare', op: 'has', column, slot: context.values.add({ kind: 'element', value }) }
}

function elementFromText(raw: unknown, kind: string): unknown {
  if (typeof raw !== 'string') return undefined
  if (kind === 'boolean') return raw === 'true' ? true : raw === 'false' ? false : undefined
  if (kind !== 'integer' && kind !== 'number') return raw
  return raw.trim() !== '' && Number.isFinite(Number(raw)) ? Number(raw) : undefined
}

function comparable(raw: unknown, { field, column, context, at, isWhole }: Subject): unknown {
  const whole = isWhole && isPlainObject(raw) && column.path.length === 2 ? raw[column.path[1]!] : raw
  const shape =
    isWhole || field.type.shape.kind !== 'object'
      ? field.type.shape
      : field.type.shape.properties[column.path[1]!]!.shape
  const read = readComparable(whole, column.type, shape, context.isText)
  if ('value' in read) return read.value
  problem(context, at, 'type', `${field.name} ${read.problem}`)
  return undefined
}

function problem(context: WhereContext, at: string, code: string, message: string): Condition {
  context.issues.add(at, code, `${message.charAt(0).toUpperCase()}${message.slice(1)}.`)
  return always
}

const operatorWords: ReadonlySet<string> = new Set<Operator>([
  'eq',
  'ne',
  'lt',
  'lte',
  'gt',
  'gte',
  'in',
  'nin',
  'null',
  'contains',
  'icontains',
  'startsWith',
  'endsWith',
  'between',
  'some',
  'none',
])
function isOperator(word: string): word is Operator {
  return operatorWords.has(word)
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
