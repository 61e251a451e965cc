import type { CollectionModel, FieldModel, Model } from '../../model/model.ts'
import { requireCollection } from '../../model/require-collection.ts'
import type { ColumnRef, Condition } from '../../query/condition.ts'
import type { ExpandPlan, ReadPlan, SortTerm } from '../../query/plan.ts'

/** An index that a collection could have. */
export interface Candidate {
  readonly collection: string
  readonly fields: readonly string[]
}

/** Indexes that may help a read, those with fewer fields first. Whether one does, only the database can tell. */
export function candidatesFor(
  plan: Pick<ReadPlan, 'collection' | 'where' | 'sort' | 'selection'>,
  model: Model,
): readonly Candidate[] {
  const collection = requireCollection(model, plan.collection)
  const all = [
    ...candidatesOf(collection, plan.where, sortFields(plan.sort, collection), reachedBy(plan.where, model)),
    ...candidatesBehind(plan.where, model),
    ...plan.selection.expands.flatMap((expand) => candidatesExpanded(expand, collection, model)),
  ]
  const byText = new Map(all.map((candidate) => [JSON.stringify(candidate), candidate]))
  return [...byText.values()]
    .filter((candidate) => isNew(candidate, requireCollection(model, candidate.collection)))
    .toSorted((left, right) => left.fields.length - right.fields.length)
}

const mostFields = 4

function candidatesOf(
  collection: CollectionModel,
  where: Condition,
  sort: readonly string[],
  first: readonly string[] = [],
): readonly Candidate[] {
  const equal = fieldsOf(where, collection, isEquality)
  const range = fieldsOf(where, collection, isRange)
  const lists = [
    equal,
    sort,
    ...equal.flatMap((field) => [[field], [field, ...sort]]),
    [...equal, ...sort],
    ...range.flatMap((field) => [[field], [...equal, field]]),
  ]
  return lists
    .map((fields) => ({ collection: collection.name, fields: [...new Set([...first, ...fields])] }))
    .filter(({ fields }) => fields.length > 0 && fields.length <= mostFields)
}

/** Indexes of the collections that the condition looks into. */
function candidatesBehind(condition: Condition, model: Model): readonly Candidate[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.of.flatMap((part) => candidatesBehind(part, model))
    case 'not':
      return candidatesBehind(condition.of, model)
    case 'related': {
      const { relation } = requireCollection(model, condition.collection).fields.get(condition.field)!
      const target = requireCollection(model, relation!.target)
      const first = 'by' in relation! ? [relation.by] : []
      return [...candidatesOf(target, condition.of, [], first), ...candidatesBehind(condition.of, model)]
    }
    default:
      return []
  }
}

function candidatesExpanded(expand: ExpandPlan, owner: CollectionModel, model: Model): readonly Candidate[] {
  const target = requireCollection(model, expand.target)
  const { relation } = owner.fields.get(expand.field)!
  const first = 'by' in relation! ? [relation.by] : []
  const inner = expand.selection.expands.flatMap((next) => candidatesExpanded(next, target, model))
  return [...candidatesOf(target, expand.where, sortFields(expand.sort, target), first), ...inner]
}

/** The reference by which the rows belong to one record, when they are asked for as what lies behind it. */
function reachedBy(where: Condition, model: Model): readonly string[] {
  const parts = where.kind === 'and' ? where.of : [where]
  return parts.flatMap((part) => {
    if (part.kind !== 'reachedFrom') return []
    const { relation } = requireCollection(model, part.collection).fields.get(part.field)!
    return 'by' in relation! ? [relation.by] : []
  })
}

type Test = (condition: Condition) => boolean

const isEquality: Test = (condition) =>
  condition.kind === 'isNull' || (condition.kind === 'compare' && (condition.op === 'eq' || condition.op === 'in'))
const isRange: Test = (condition) =>
  condition.kind === 'compare' && ['lt', 'lte', 'gt', 'gte', 'startsWith'].includes(condition.op)

/** Fields of the collection itself that such a condition is about, where it must hold. */
function fieldsOf(condition: Condition, collection: CollectionModel, test: Test): readonly string[] {
  if (condition.kind === 'and') return condition.of.flatMap((part) => fieldsOf(part, collection, test))
  if (condition.kind === 'related' && test === isEquality) return indexable(collection.fields.get(condition.field))
  if (!test(condition) || !('column' in condition)) return []
  return fieldOfColumn(condition.column, collection)
}

function sortFields(sort: readonly SortTerm[], collection: CollectionModel): readonly string[] {
  const fields = sort.flatMap(({ expression, direction }) =>
    expression.kind === 'column' && expression.when === undefined && direction === sort[0]!.direction
      ? fieldOfColumn(expression.column, collection)
      : [''],
  )
  return fields.includes('') ? [] : fields.filter((name) => name !== 'id')
}

function fieldOfColumn({ path, column }: ColumnRef, collection: CollectionModel): readonly string[] {
  const field = collection.fields.get(path[0]!)
  return field?.columns[0]?.name === column ? indexable(field) : []
}

function indexable(field: FieldModel | undefined): readonly string[] {
  const column = field?.columns[0]
  return column === undefined || column.type.kind === 'json' ? [] : [field!.name]
}

function isNew({ fields }: Candidate, collection: CollectionModel): boolean {
  if (fields[0] === 'id') return false
  const field = collection.fields.get(fields[0]!)!
  if (fields.length === 1 && (field.isUnique || field.relation?.kind === 'reference')) return false
  return !collection.indexes.some((index) => index.fields.join() === fields.join())
}
