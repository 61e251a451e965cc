import { requireCollection } from '../model/find-collection.ts'
import type { CollectionModel, FieldModel } from '../model/model.ts'
import { readableRows } from './access.ts'
import { columnRef } from './column-ref.ts'
import { isAlways } from './condition.ts'
import type { Expression } from './plan.ts'
import { readableField, type WhereContext } from './where.ts'

export interface PathEnd {
  readonly expression: Expression
  readonly field: FieldModel
  readonly key: string | undefined
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
  const [name, ...rest] = path.split('.') as [string, ...string[]]
  const found = readableField(name, collection, context)
  if (found === undefined) return unknown(name, collection, context, at)
  const { field, readable } = found
  if (field.columns.length === 0) {
    context.issues.add(
      at,
      'unsuitable_field',
      `${field.name} holds many values, so it has no order. Take a field of the record itself.`,
    )
    return undefined
  }
  const when = isAlways(readable) ? {} : { when: readable }
  if (rest.length === 0) {
    return {
      expression: { kind: 'column', column: columnRef(field), ...when },
      field,
      key: undefined,
      isNullable: field.isOptional || !isAlways(readable),
    }
  }
  if (rest.length === 1 && field.columns.some((column) => column.key === rest[0])) {
    return {
      expression: { kind: 'column', column: columnRef(field, rest[0]), ...when },
      field,
      key: rest[0],
      isNullable: field.isOptional || !isAlways(readable),
    }
  }
  if (field.relation === undefined) return unknown(path, collection, context, at)
  const target = requireCollection(context.model, field.relation.target)
  const end = expressionFromPath(rest.join('.'), target, context, at)
  if (end === undefined) return undefined
  const behind = {
    kind: 'behind',
    collection: collection.name,
    field: field.name,
    where: readableRows(target, context),
    of: end.expression,
    ...when,
  } as const
  return { ...end, expression: behind, isNullable: true }
}

function unknown(name: string, collection: CollectionModel, context: WhereContext, at: string): undefined {
  context.issues.add(at, 'unknown_field', `There is no field ${name} in ${collection.name}.`)
  return undefined
}
