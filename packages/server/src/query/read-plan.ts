import { isStorable } from '../base/storable.ts'
import type { CollectionModel } from '../model/model.ts'
import { readableRows } from './access.ts'
import { allOf, type Condition } from './condition.ts'
import type { CursorSigner } from './cursor.ts'
import { invalidQuery } from './errors.ts'
import { checkExpandBudget } from './expand-budget.ts'
import type { ReadPlan, Seek, SortTerm } from './plan.ts'
import type { QueryInput } from './query-input.ts'
import { checkedLimit, type SelectionContext, selectionFromInput } from './selection.ts'
import { sortFromInput } from './sort.ts'
import { conditionFromWhere } from './where.ts'

/** A read plan of a list, with what is needed to make its page. */
export interface ListPlan {
  readonly plan: ReadPlan
  readonly page: PageRequest
}

export interface PageRequest {
  readonly size: number
  readonly isBackward: boolean
  /** Whether a cursor or a page number was given, so that there is something before. */
  readonly isContinued: boolean
  /** Identifies the query that cursors are bound to. */
  readonly query: string
  readonly sort: readonly SortTerm[]
}

/**
 * Checks a query against the model and the actor's rights and makes a plan of it.
 *
 * @param base  which rows it is about, besides what the caller asks (a relation of a record).
 * @throws query_invalid  with every problem there is.
 */
export function listPlanFromInput(
  input: QueryInput,
  collection: CollectionModel,
  context: SelectionContext,
  signer: CursorSigner,
  base: Condition,
): ListPlan {
  const where = input.where === undefined ? undefined : conditionFromWhere(input.where, collection, context)
  const search = searchSlot(input.search, collection, context)
  const sort = sortFromInput(input.sort, search !== undefined, collection, context)
  const query = cursorQuery(input, sort, collection, base)
  const isBackward = input.before !== undefined
  checkPaging(input, context)
  const selection = selectionFromInput(input, collection, context)
  const size = checkedLimit(input.limit, context, 'limit')
  checkExpandBudget(selection, size, context)
  const offset =
    input.page === undefined
      ? undefined
      : context.values.add({ kind: 'scalar', type: { kind: 'integer' }, value: (input.page - 1) * size })
  if (context.issues.all.length > 0) throw invalidQuery(context.issues)
  const seek = seekFromCursor(input, sort, query, context, signer)
  const plan: ReadPlan = {
    collection: collection.name,
    selection,
    where: allOf([readableRows(collection, context), base, ...(where === undefined ? [] : [where])]),
    search,
    sort: isBackward ? sort.map(reversed) : sort,
    seek,
    limit: size + 1, // one more tells whether there is a next page
    offset,
    counts: input.count ?? 'none',
    isForUpdate: false,
  }
  return { plan, page: { size, isBackward, isContinued: seek !== undefined || (input.page ?? 1) > 1, query, sort } }
}

/** Puts the words into a slot; undefined when nothing is searched. */
export function searchSlot(
  words: string | undefined,
  collection: CollectionModel,
  context: SelectionContext,
): number | undefined {
  if (words === undefined) return undefined
  if (collection.searchFields.length === 0) {
    context.issues.add('search', 'unsuitable_field', `${collection.name} has no searchable fields.`)
    return undefined
  }
  if (!isStorable(words)) {
    context.issues.add('search', 'characters', 'The NUL character and halves of surrogate pairs are in no text.')
    return undefined
  }
  if (words.length > maxSearchLength) {
    context.issues.add('search', 'too_long', `Search for at most ${maxSearchLength} characters.`, {
      max: maxSearchLength,
    })
    return undefined
  }
  return context.values.add({ kind: 'words', value: words })
}
const maxSearchLength = 200

function checkPaging(input: QueryInput, context: SelectionContext): void {
  const ways = [input.after, input.before, input.page].filter((way) => way !== undefined)
  if (ways.length > 1) context.issues.add('page', 'conflict', 'Take one of after, before and page.')
  if (input.page !== undefined && (!Number.isInteger(input.page) || input.page < 1 || input.page > maxPage)) {
    context.issues.add('page', 'range', `page is a whole number from 1 to ${maxPage}. Use cursors to go further.`, {
      min: 1,
      max: maxPage,
    })
  }
}
const maxPage = 10_000

function seekFromCursor(
  input: QueryInput,
  sort: readonly SortTerm[],
  query: string,
  context: SelectionContext,
  signer: CursorSigner,
): Seek | undefined {
  const cursor = input.before ?? input.after
  if (cursor === undefined) return undefined
  const keys = signer.read(cursor, query)
  const slots = sort.map((term, index) =>
    keys[index] === null || keys[index] === undefined
      ? undefined
      : context.values.add({ kind: 'scalar', type: term.type, value: keys[index] }),
  )
  return { isBackward: input.before !== undefined, slots }
}

function reversed(term: SortTerm): SortTerm {
  return { ...term, direction: term.direction === 'asc' ? 'desc' : 'asc' }
}

/**
 * What a cursor is bound to: another sort, filter, search or relation means another order of rows. So does another actor to whom
 * other values are hidden, which sort as nulls.
 */
function cursorQuery(
  { where, search }: QueryInput,
  sort: readonly SortTerm[],
  collection: CollectionModel,
  base: Condition,
): string {
  return JSON.stringify([collection.name, sort, where ?? null, search ?? null, base])
}
