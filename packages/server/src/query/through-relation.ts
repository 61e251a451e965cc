import type { CollectionModel, FieldModel } from '../model/model.ts'
import { isToMany } from '../model/relation.ts'
import { requireCollection } from '../model/require-collection.ts'
import { readableField, readableRowsBehind } from './access.ts'
import { expressionFromPath, type PathEnd } from './expression.ts'
import type { AggregatePlan } from './plan.ts'
import type { WhereContext } from './where.ts'

/** What an aggregate goes through: the records behind one relation to many, of which each counts. */
export interface Through {
  readonly field: FieldModel
  readonly plan: NonNullable<AggregatePlan['through']>
}

/**
 * Finds the relation to many that the paths go through, as `tags.name` does.
 *
 * Undefined when none does; with an issue at `at` when they go through several: records behind one would be multiplied by the others.
 */
export function throughFromPaths(
  paths: readonly string[],
  collection: CollectionModel,
  context: WhereContext,
  at: string,
): Through | undefined {
  const found = paths.flatMap((path) => manyAtStart(path, collection, context) ?? [])
  const [first] = found
  if (first === undefined) return undefined
  if (found.some(({ field }) => field !== first.field))
    context.issues.add(
      at,
      'unsuitable_field',
      'Group by what lies behind one relation to many records, not behind several.',
    )
  const { field, readable } = first
  const where = readableRowsBehind(field, context)
  return { field, plan: { collection: collection.name, field: field.name, where, when: readable } }
}

/** The value behind the relation that a path goes on to. */
export function pathBehind(path: string, { field }: Through, context: WhereContext, at: string): PathEnd | undefined {
  const target = requireCollection(context.model, field.relation!.target)
  return expressionFromPath(path.slice(field.name.length + 1), target, context, at)
}

function manyAtStart(path: string, collection: CollectionModel, context: WhereContext) {
  const dot = path.indexOf('.')
  const found = dot < 0 ? undefined : readableField(path.slice(0, dot), collection, context)
  return found !== undefined && isToMany(found.field.relation) ? found : undefined
}
