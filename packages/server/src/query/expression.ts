import type { CollectionModel, ColumnModel, FieldModel } from '../model/model.ts'
import { requireCollection } from '../model/require-collection.ts'
import { readableField, readableRows } from './access.ts'
import { columnRef } from './column-ref.ts'
import { type Condition, isAlways } from './condition.ts'
import { noSuchField } from './errors.ts'
import type { Expression } from './plan.ts'
import type { WhereContext } from './where.ts'

/** A value of a row, and what is known of it. */
export interface PathEnd {
  readonly expression: Expression
  readonly field: FieldModel
  readonly column: ColumnModel
  readonly isNullable: boolean
}

/**
 * Reads a path such as `price`, `price.currency` or `product.category.name` as a value of the row.
 *
 * Undefined, with an issue at `at`, when the actor knows no such field.
 */
export function expressionFromPath(
  path: string,
  collection: CollectionModel,
  context: WhereContext,
  at: string,
): PathEnd | undefined {
  const steps = path.split('.')
  if (steps.length <= context.maxDepth) return follow(steps, collection, context, at)
  context.issues.add(at, 'too_deep', `A path has at most ${context.maxDepth} fields.`)
  return undefined
}

function follow(
  [name = '', ...rest]: readonly string[],
  collection: CollectionModel,
  context: WhereContext,
  at: string,
): PathEnd | undefined {
  const found = readableField(name, collection, context)
  if (found === undefined) return unknown(name, collection, context, at)
  const { field, readable } = found
  if (field.columns.length === 0) return manyValued(field, context, at)
  const column = rest.length === 0 ? field.columns[0] : field.columns.find(({ key }) => key === rest[0])
  if (rest.length <= 1 && column !== undefined) return ownValue(field, column, readable)
  if (field.relation === undefined) return unknown([name, ...rest].join('.'), collection, context, at)
  const target = requireCollection(context.model, field.relation.target)
  const end = follow(rest, target, context, at)
  if (end === undefined) return undefined
  const step = { kind: 'behind', collection: collection.name, field: field.name } as const
  const expression = { ...step, where: readableRows(target, context), of: end.expression, ...onlyWhen(readable) }
  return { ...end, expression, isNullable: true }
}

function ownValue(field: FieldModel, column: ColumnModel, readable: Condition): PathEnd {
  const expression = { kind: 'column', column: columnRef(field, column.key), ...onlyWhen(readable) } as const
  return { expression, field, column, isNullable: field.isOptional || !isAlways(readable) }
}

function onlyWhen(readable: Condition): { when?: Condition } {
  return isAlways(readable) ? {} : { when: readable }
}

function unknown(name: string, collection: CollectionModel, context: WhereContext, at: string): undefined {
  context.issues.add(at, 'unknown_field', noSuchField(name, collection.name))
}

function manyValued(field: FieldModel, context: WhereContext, at: string): undefined {
  const message = `${field.name} holds many values, so it has no order. Take a field of the record itself.`
  context.issues.add(at, 'unsuitable_field', message)
}
