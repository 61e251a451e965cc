import type { CollectionModel } from '../model/model.ts'
import { columnRef } from './column-ref.ts'
import { expressionFromPath } from './expression.ts'
import type { SortTerm } from './plan.ts'
import type { WhereContext } from './where.ts'

const maxSortTerms = 8

/**
 * Reads `-price,name` as an order, completed by the id in the direction of the last term.
 *
 * Without one, a search is ordered by rank and everything else by id, which is the order of creation.
 */
export function sortFromInput(
  sort: string | readonly string[] | undefined,
  isSearch: boolean,
  collection: CollectionModel,
  context: WhereContext,
  at = 'sort',
): readonly SortTerm[] {
  const words = typeof sort === 'string' ? sort.split(',') : (sort ?? [])
  if (words.length > maxSortTerms) {
    context.issues.add(at, 'too_many', `A sort has at most ${maxSortTerms} fields.`)
    return []
  }
  const terms = words.flatMap((word) => term(word.trim(), collection, context, at))
  if (terms.length === 0 && isSearch)
    terms.push({ expression: { kind: 'rank' }, direction: 'desc', isNullable: false, type: { kind: 'real' } })
  return complete(terms, collection)
}

function term(word: string, collection: CollectionModel, context: WhereContext, at: string): SortTerm[] {
  const direction = word.startsWith('-') ? 'desc' : 'asc'
  const path = word.replace(/^[-+]/, '')
  if (path === '') {
    context.issues.add(at, 'type', 'A sort names fields, such as -price,name.')
    return []
  }
  const end = expressionFromPath(path, collection, context, at)
  if (end === undefined) return []
  const { expression, isNullable, column } = end
  if (column.type.kind === 'json') {
    context.issues.add(at, 'unsuitable_field', `${path} has no order.`)
    return []
  }
  return [{ expression, direction, isNullable, type: column.type }]
}

function complete(terms: readonly SortTerm[], collection: CollectionModel): readonly SortTerm[] {
  const unique = terms.findIndex(
    (candidate) => candidate.expression.kind === 'column' && candidate.expression.column.column === 'id',
  )
  if (unique >= 0) return terms.slice(0, unique + 1)
  const id = collection.fields.get('id')!
  return [
    ...terms,
    {
      expression: { kind: 'column', column: columnRef(id) },
      direction: terms.at(-1)?.direction ?? 'asc',
      isNullable: false,
      type: { kind: 'id' },
    },
  ]
}
