import type { CollectionModel } from '../model/model.ts'
import type { ColumnType } from '../ports/database.ts'
import { readableRows } from './access.ts'
import { allOf } from './condition.ts'
import { invalidQuery } from './errors.ts'
import { expressionFromPath } from './expression.ts'
import type { AggregatePlan, Measure } from './plan.ts'
import type { AggregateInput } from './query-input.ts'
import { searchSlot } from './read-plan.ts'
import type { SelectionContext } from './selection.ts'
import { conditionFromWhere } from './where.ts'

const maxGroups = 4
const maxMeasures = 10
const maxRows = 1_000
const units = ['year', 'month', 'day'] as const

/**
 * Checks an aggregate query against the model and the actor's rights.
 *
 * @throws query_invalid  with every problem there is.
 */
export function aggregatePlanFromInput(
  input: AggregateInput,
  collection: CollectionModel,
  context: SelectionContext,
): AggregatePlan {
  const where = input.where === undefined ? [] : [conditionFromWhere(input.where, collection, context)]
  const search = searchSlot(input.search, collection, context)
  const groups = (input.groupBy ?? []).flatMap((path) => groupFromPath(path, collection, context))
  const measures = measuresFromInput(input, collection, context)
  if (groups.length > maxGroups) context.issues.add('groupBy', 'too_many', `Group by at most ${maxGroups} fields.`)
  if (measures.length > maxMeasures) context.issues.add('sum', 'too_many', `Ask for at most ${maxMeasures} results.`)
  const sort = sortWords(input.sort).flatMap((word) => sortTerm(word, groups, measures, context))
  const limit = input.limit ?? 100
  if (!Number.isInteger(limit) || limit < 1 || limit > maxRows)
    context.issues.add('limit', 'range', `limit is a whole number from 1 to ${maxRows}.`, { min: 1, max: maxRows })
  if (context.issues.all.length > 0) throw invalidQuery(context.issues)
  // By all groups in the end, so that equal results come in the same order from every database.
  const rest = groups
    .map((_group, index) => ({ of: 'group' as const, index, direction: 'asc' as const }))
    .filter(({ index }) => !sort.some((term) => term.of === 'group' && term.index === index))
  return {
    collection: collection.name,
    where: allOf([readableRows(collection, context), ...where]),
    search,
    groups,
    measures,
    sort: [...sort, ...rest],
    limit,
  }
}

function groupFromPath(
  text: string,
  collection: CollectionModel,
  context: SelectionContext,
): AggregatePlan['groups'][number][] {
  const [path = '', unit] = text.split(':')
  const end = expressionFromPath(path, collection, context, 'groupBy')
  if (end === undefined) return []
  const { type } = end.field.columns.find((column) => column.key === end.key) ?? end.field.columns[0]!
  if (type.kind === 'json') return refuse(context, 'groupBy', `${path} cannot be grouped by.`)
  if (unit === undefined) return [{ name: text, expression: end.expression, type }]
  if (!isUnit(unit) || (type.kind !== 'instant' && type.kind !== 'date'))
    return refuse(
      context,
      'groupBy',
      `Write ${path} alone, or a time with one of: ${units.map((name) => `${path}:${name}`).join(', ')}.`,
    )
  return [{ name: text, expression: { kind: 'truncate', of: end.expression, unit, type }, type }]
}

function isUnit(word: string): word is (typeof units)[number] {
  return (units as readonly string[]).includes(word)
}

function measuresFromInput(
  input: AggregateInput,
  collection: CollectionModel,
  context: SelectionContext,
): readonly Measure[] {
  const none = input.sum === undefined && input.avg === undefined && input.min === undefined && input.max === undefined
  const measures: Measure[] =
    input.count === true || none ? [{ function: 'count', name: '', expression: undefined, type: undefined }] : []
  for (const name of ['sum', 'avg', 'min', 'max'] as const) {
    for (const path of input[name] ?? []) measures.push(...measure(name, path, collection, context))
  }
  return measures
}

function measure(
  name: 'sum' | 'avg' | 'min' | 'max',
  path: string,
  collection: CollectionModel,
  context: SelectionContext,
): readonly Measure[] {
  const end = expressionFromPath(path, collection, context, name)
  if (end === undefined) return []
  const { type } = end.field.columns.find((column) => column.key === end.key) ?? end.field.columns[0]!
  const isSum = name === 'sum' || name === 'avg'
  if (isSum ? !isNumeric(type) : type.kind === 'json' || type.kind === 'boolean' || type.kind === 'id')
    return refuse(context, name, `${name} cannot be taken of ${path}.`)
  return [{ function: name, name: path, expression: end.expression, type }]
}

function isNumeric(type: ColumnType): boolean {
  return type.kind === 'integer' || type.kind === 'real' || type.kind === 'decimal'
}

function sortWords(sort: AggregateInput['sort']): readonly string[] {
  return (typeof sort === 'string' ? sort.split(',') : (sort ?? [])).map((word) => word.trim())
}

function sortTerm(
  word: string,
  groups: AggregatePlan['groups'],
  measures: readonly Measure[],
  context: SelectionContext,
): AggregatePlan['sort'][number][] {
  const direction = word.startsWith('-') ? 'desc' : 'asc'
  const name = word.replace(/^[-+]/, '')
  const group = groups.findIndex((candidate) => candidate.name === name)
  if (group >= 0) return [{ of: 'group', index: group, direction }]
  const index = measures.findIndex(
    (candidate) => (candidate.function === 'count' ? 'count' : `${candidate.function}.${candidate.name}`) === name,
  )
  if (index >= 0) return [{ of: 'measure', index, direction }]
  return refuse(
    context,
    'sort',
    `Sort by a group or a result, such as ${measures[0]?.function === 'count' ? '-count' : `-${measures[0]?.function ?? 'sum'}.${measures[0]?.name ?? 'price'}`}.`,
  )
}

function refuse(context: SelectionContext, at: string, message: string): [] {
  context.issues.add(at, 'unsuitable_field', message)
  return []
}
