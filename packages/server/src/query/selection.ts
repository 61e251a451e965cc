import type { IssueCode } from '../base/issue-codes.ts'
import type { CollectionModel, FieldModel } from '../model/model.ts'
import { isToMany } from '../model/relation.ts'
import { requireCollection } from '../model/require-collection.ts'
import { fieldReadable, readableField, readableRowsBehind } from './access.ts'
import { type Condition, isAlways, isNever } from './condition.ts'
import { noSuchField } from './errors.ts'
import type { ExpandPlan, SelectedField, Selection } from './plan.ts'
import type { ExpandInput, ExpandInputOptions } from './query-input.ts'
import { sortFromInput } from './sort.ts'
import type { WhereContext } from './where.ts'

export interface SelectionContext extends WhereContext {
  readonly maxExpandDepth: number
  readonly maxExpandRelations: number
  readonly maxLimit: number
  readonly expandCount: { relations: number }
  /** Whether `now` was asked for; undefined: nobody watches. */
  readonly hasAskedTime?: boolean
}

/** Reads which fields and which relations of a record are asked for, of those the actor may read. */
export function selectionFromInput(
  input: { readonly fields?: readonly string[]; readonly expand?: ExpandInput },
  collection: CollectionModel,
  context: SelectionContext,
  at = { fields: 'fields', expand: 'expand' },
  depth = 1,
): Selection {
  const expand = Object.entries(input.expand ?? {})
  const expanded = new Set(expand.map(([name]) => name))
  const fields =
    input.fields === undefined
      ? allFields(collection, context)
      : namedFields(input.fields, collection, context, at.fields)
  const expands = expand.flatMap(([name, options]) => expandPlan(name, options, collection, context, at.expand, depth))
  return { fields: fields.filter((field) => !expanded.has(field.name)), expands }
}

function allFields(collection: CollectionModel, context: SelectionContext): readonly SelectedField[] {
  return [...collection.fields.values()].flatMap((field) => {
    if (field.columns.length === 0) return []
    const readable = fieldReadable(field, collection, context)
    return isNever(readable) ? [] : [selected(field, readable)]
  })
}

/** The id is always there: without it a record could not be asked for again. */
function namedFields(
  names: readonly string[],
  collection: CollectionModel,
  context: SelectionContext,
  at: string,
): readonly SelectedField[] {
  const fields = new Map<string, SelectedField>([['id', { name: 'id' }]])
  for (const name of names) {
    const found = readableField(name, collection, context)
    if (found === undefined) context.issues.add(at, 'unknown_field', noSuchField(name, collection.name))
    else if (found.field.columns.length === 0)
      context.issues.add(at, 'unsuitable_field', `${name} is a relation. Ask for it by expand=${name}.`)
    else fields.set(name, selected(found.field, found.readable))
  }
  return [...fields.values()]
}

function selected(field: FieldModel, readable: Condition): SelectedField {
  return isAlways(readable) ? { name: field.name } : { name: field.name, when: readable }
}

function expandPlan(
  name: string,
  input: true | ExpandInputOptions,
  collection: CollectionModel,
  context: SelectionContext,
  at: string,
  depth: number,
): readonly ExpandPlan[] {
  const found = readableField(name, collection, context)
  const relation = found?.field.relation
  if (found === undefined || relation === undefined) {
    const code = found === undefined ? 'unknown_field' : 'unsuitable_field'
    context.issues.add(
      at,
      code,
      found === undefined ? noSuchField(name, collection.name) : `${name} is not a relation, so it cannot be expanded.`,
    )
    return []
  }
  context.expandCount.relations += 1
  if (depth > context.maxExpandDepth)
    return refuse(context, at, 'too_deep', `Relations are expanded at most ${context.maxExpandDepth} levels deep.`)
  if (context.expandCount.relations > context.maxExpandRelations)
    return refuse(context, at, 'too_many', `At most ${context.maxExpandRelations} relations are expanded at once.`)
  const target = requireCollection(context.model, relation.target)
  const options = input === true ? {} : input
  const isList = isToMany(relation)
  const plan: ExpandPlan = {
    field: name,
    target: target.name,
    isList,
    selection: selectionFromInput(options, target, context, { fields: at, expand: at }, depth + 1),
    where: readableRowsBehind(found.field, context),
    sort: isList ? sortFromInput(options.sort, false, target, context, at) : [],
    limit: isList ? checkedLimit(options.limit, context, at) : undefined,
  }
  return [isAlways(found.readable) ? plan : { ...plan, when: found.readable }]
}

/** How many records a list has when nobody says. */
export const defaultLimit = 20

/** How many are wanted: 1 to the most that is allowed. */
export function checkedLimit(limit: number | undefined, context: SelectionContext, at: string): number {
  const wanted = limit ?? defaultLimit
  if (Number.isInteger(wanted) && wanted >= 1 && wanted <= context.maxLimit) return wanted
  context.issues.add(at, 'range', `limit is a whole number from 1 to ${context.maxLimit}.`, {
    min: 1,
    max: context.maxLimit,
  })
  return defaultLimit
}

function refuse(context: SelectionContext, at: string, code: IssueCode, message: string): readonly ExpandPlan[] {
  context.issues.add(at, code, message)
  return []
}
