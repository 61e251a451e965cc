import type { IssueCode } from '../base/issue-codes.ts'
import type { CollectionModel } from '../model/model.ts'
import type { ColumnType } from '../ports/database.ts'
import { readableRows } from './access.ts'
import { allOf } from './condition.ts'
import { invalidQuery } from './errors.ts'
import { expressionFromPath, type PathEnd } from './expression.ts'
import type { AggregatePlan, Measure } from './plan.ts'
import type { AggregateInput } from './query-input.ts'
import { searchSlot } from './read-plan.ts'
import type { SelectionContext } from './selection.ts'
import { pathBehind, type Through, throughFromPaths } from './through-relation.ts'
import { conditionFromWhere } from './where.ts'

const maxGroups = 4
const maxMeasures = 10
/** How many groups an answer has when nobody says, and at most. */
export const defaultRows = 100
export const maxRows = 1_000
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
  const through = throughFromPaths(input.groupBy ?? [], collection, context, 'groupBy')
  const groups = groupsFromInput(input, through, collection, context)
  const measures = measuresFromInput(input, collection, context)
  const sort = sortWords(input.sort).flatMap((word) => sortTerm(word, groups, measures, context))
  const limit = rowLimit(input.limit, context)
  if (context.issues.all.length > 0) throw invalidQuery(context.issues)
  // By all groups in the end, so that equal results come in the same order from every database.
  const rest = groups
    .map((_group, index) => ({ of: 'group' as const, index, direction: 'asc' as const }))
    .filter(({ index }) => !sort.some((term) => term.of === 'group' && term.index === index))
  return {
    collection: collection.name,
    where: allOf([readableRows(collection, context), ...where]),
    search,
    through: through?.plan,
    groups,
    measures,
    sort: [...sort, ...rest],
    limit,
  }
}

type Group = AggregatePlan['groups'][number]

function groupsFromInput(
  input: AggregateInput,
  through: Through | undefined,
  collection: CollectionModel,
  context: SelectionContext,
): readonly Group[] {
  const paths = input.groupBy ?? []
  if (paths.length > maxGroups) return refuse(context, 'groupBy', `Group by at most ${maxGroups} fields.`, 'too_many')
  return paths.flatMap((path) => groupFromPath(path, through, collection, context))
}

function groupFromPath(
  text: string,
  through: Through | undefined,
  collection: CollectionModel,
  context: SelectionContext,
): readonly Group[] {
  const [path = '', unit] = text.split(':')
  const isBehind = through !== undefined && path.startsWith(`${through.field.name}.`)
  const end = isBehind
    ? pathBehind(path, through, context, 'groupBy')
    : expressionFromPath(path, collection, context, 'groupBy')
  if (end === undefined) return []
  const { type } = end.column
  if (type.kind === 'json') return refuse(context, 'groupBy', `${path} cannot be grouped by.`)
  if (resultNames.has(text))
    return refuse(context, 'groupBy', `A group named ${text} would be taken for a result. Filter by it instead.`)
  if (unit === undefined) return [{ name: text, expression: end.expression, type, isBehind }]
  if (!isUnit(unit) || (type.kind !== 'instant' && type.kind !== 'date'))
    return refuse(
      context,
      'groupBy',
      `Write ${path} alone, or a time with one of: ${units.map((name) => `${path}:${name}`).join(', ')}.`,
    )
  return [{ name: text, expression: { kind: 'truncate', of: end.expression, unit, type }, type, isBehind }]
}

/** Members of a row of the answer, beside its groups. */
const resultNames: ReadonlySet<string> = new Set<Measure['function']>(['count', 'sum', 'avg', 'min', 'max'])

function isUnit(word: string): word is (typeof units)[number] {
  return (units as readonly string[]).includes(word)
}

function measuresFromInput(
  input: AggregateInput,
  collection: CollectionModel,
  context: SelectionContext,
): readonly Measure[] {
  const asked = (['sum', 'avg', 'min', 'max'] as const).flatMap((name) =>
    (input[name] ?? []).map((path) => [name, path] as const),
  )
  if (asked.length > maxMeasures) return refuse(context, 'sum', `Ask for at most ${maxMeasures} results.`, 'too_many')
  const counts: Measure[] =
    input.count === true || asked.length === 0
      ? [{ function: 'count', name: '', expression: undefined, type: undefined }]
      : []
  return [...counts, ...asked.flatMap(([name, path]) => measure(name, path, input.groupBy ?? [], collection, context))]
}

function measure(
  name: 'sum' | 'avg' | 'min' | 'max',
  path: string,
  groupBy: readonly string[],
  collection: CollectionModel,
  context: SelectionContext,
): readonly Measure[] {
  const end = expressionFromPath(path, collection, context, name)
  if (end === undefined) return []
  const isSum = name === 'sum' || name === 'avg'
  if (isSum ? !canBeAdded(end) : !hasLeast(end.column.type))
    return refuse(context, name, `${name} cannot be taken of ${path}.`)
  const within = isSum ? pathToAddWithin(path, end) : undefined
  if (within !== undefined && !groupBy.includes(within))
    return refuse(context, name, `What ${path} adds up to depends on ${within}. Group by ${within} as well.`)
  return [{ function: name, name: path, expression: end.expression, type: end.column.type }]
}

function canBeAdded({ field, column }: PathEnd): boolean {
  const { kind } = column.type
  return field.type.isSummable === true && (kind === 'integer' || kind === 'real' || kind === 'decimal')
}

function hasLeast({ kind }: ColumnType): boolean {
  return kind !== 'json' && kind !== 'boolean' && kind !== 'id'
}

/** Amounts are added in one currency at a time: the path of what must be the same. */
function pathToAddWithin(path: string, { field, column }: PathEnd): string | undefined {
  const { addedWithin } = field.type
  if (addedWithin === undefined) return undefined
  const whole = path.endsWith(`${field.name}.${column.key}`) ? path.slice(0, -`.${column.key}`.length) : path
  return `${whole}.${addedWithin}`
}

function rowLimit(limit: number | undefined, context: SelectionContext): number {
  const rows = limit ?? defaultRows
  if (!Number.isInteger(rows) || rows < 1 || rows > maxRows)
    context.issues.add('limit', 'range', `limit is a whole number from 1 to ${maxRows}.`, { min: 1, max: maxRows })
  return context.values.add({ kind: 'scalar', type: { kind: 'integer' }, value: rows })
}

function sortWords(sort: AggregateInput['sort']): readonly string[] {
  return (typeof sort === 'string' ? sort.split(',') : (sort ?? [])).map((word) => word.trim())
}

function sortTerm(
  word: string,
  groups: readonly Group[],
  measures: readonly Measure[],
  context: SelectionContext,
): readonly AggregatePlan['sort'][number][] {
  const direction = word.startsWith('-') ? 'desc' : 'asc'
  const name = word.replace(/^[-+]/, '')
  const group = groups.findIndex((candidate) => candidate.name === name)
  if (group >= 0) return [{ of: 'group', index: group, direction }]
  const index = measures.findIndex((candidate) => sortName(candidate) === name)
  if (index >= 0) return [{ of: 'measure', index, direction }]
  const example = measures[0] === undefined ? 'sum.price' : sortName(measures[0])
  return refuse(context, 'sort', `Sort by a group or a result, such as -${example}.`)
}

function sortName(measure: Measure): string {
  return measure.function === 'count' ? 'count' : `${measure.function}.${measure.name}`
}

function refuse(context: SelectionContext, at: string, message: string, code: IssueCode = 'unsuitable_field'): [] {
  context.issues.add(at, code, message)
  return []
}
