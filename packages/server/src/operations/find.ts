import { type MaybePromise, whenReady } from '../base/maybe-promise.ts'
import type { Row, Statement } from '../ports/database.ts'
import { always } from '../query/condition.ts'
import type { ReadPlan } from '../query/plan.ts'
import type { QueryInput } from '../query/query-input.ts'
import { type ListPlan, listPlanFromInput } from '../query/read-plan.ts'
import type { SelectionContext } from '../query/selection.ts'
import type { BoundValue } from '../query/values.ts'
import { countSql } from '../sql/read-sql.ts'
import { keptAnswer } from './cache/kept-answer.ts'
import type { KeptRead } from './cache/response-cache.ts'
import type { SameAnswers, Sameness } from './cache/same-answers.ts'
import { requireReadable, statementOf } from './one-record.ts'
import type { ListAnswer, OperationContext } from './operations.ts'
import { createPageWriter, type PageWriter } from './page-json.ts'
import { collectionNamed, type Runtime, read } from './runtime.ts'

/** Answers with a page of records. */
export function findRecords(
  context: OperationContext,
  name: string,
  query: QueryInput,
  runtime: Runtime,
): MaybePromise<ListAnswer> {
  const collection = collectionNamed(name, runtime)
  const prepared = runtime.prepared.get(query, name, context, query.hasTextValues === true, (asking) => {
    requireReadable(collection, asking)
    const list = listPlanFromInput(query, collection, asking, runtime.signer, always)
    return { ...prepareList(list, asking, runtime), same: runtime.responses.sameAnswers(list.plan, asking) }
  })
  return keptAnswer(prepared.kept, '', context, runtime, () => listFrom(prepared, context, runtime))
}

export interface PreparedList {
  readonly plan: ReadPlan
  readonly values: readonly BoundValue[]
  /** Undefined when the answer is empty without asking. */
  readonly statement: Statement | undefined
  readonly pageJson: PageWriter
  readonly kept: KeptRead | undefined
  /** Of a list that is prepared for many requests. */
  readonly same?: SameAnswers | undefined
}

export function prepareList({ plan, page }: ListPlan, asking: SelectionContext, runtime: Runtime): PreparedList {
  const values = asking.values.all
  const statement = hasNoWords(plan, values, runtime) ? undefined : statementOf(plan, asking, runtime)
  const collection = collectionNamed(plan.collection, runtime)
  const kept = runtime.responses.keptRead(collection, plan, statement, { page }, asking)
  return { plan, values, statement, pageJson: createPageWriter(page, plan, runtime), kept }
}

/** A search for signs only, such as `!?`, finds nothing and need not ask. */
export function hasNoWords(plan: Pick<ReadPlan, 'search'>, values: readonly BoundValue[], runtime: Runtime): boolean {
  if (plan.search === undefined) return false
  return runtime.database.dialect.encodeSearch(values[plan.search]!.value as string) === undefined
}

export function listFrom(
  list: PreparedList,
  context: OperationContext,
  runtime: Runtime,
): MaybePromise<ListAnswer & { isEmpty: boolean }> {
  const begun = context.tx === undefined ? list.same?.begin(context.arrivalRound) : undefined
  const rows = list.statement === undefined ? [] : read(list.statement, context, runtime)
  return whenReady(rows, (rows) => {
    if (list.plan.counts === 'none') return listAnswer(rows, undefined, begun, list)
    return whenReady(totalOf(rows, list, context, runtime), (total) => listAnswer(rows, total, begun, list))
  })
}

function listAnswer(
  rows: readonly Row[],
  total: number | undefined,
  begun: Sameness | undefined,
  { pageJson, same }: PreparedList,
): ListAnswer & { isEmpty: boolean } {
  const sameness = begun === undefined ? undefined : same!.end(begun)
  return { kind: 'list', json: pageJson(rows, total), sameness, isEmpty: rows.length === 0 }
}

function totalOf(
  rows: readonly Row[],
  { plan, values, statement: reading }: PreparedList,
  context: OperationContext,
  runtime: Runtime,
): MaybePromise<number> {
  const told = rows[0]?.at(-1)
  if (typeof told === 'number' || typeof told === 'string') return Number(told)
  const isFirst = plan.seek === undefined && plan.offset === undefined
  if (rows.length === 0 && (isFirst || reading === undefined)) return 0
  // A page beyond the last row has no row to tell the total, and a new table has no estimate yet.
  const counting: ReadPlan = { ...plan, seek: undefined, limit: undefined, offset: undefined, counts: 'exact' }
  const make = () => countSql(counting, runtime.model, runtime.database.dialect)
  const statement = runtime.statements.prepare('count', counting, values, make)
  return whenReady(read(statement, context, runtime), (counted) => Number(counted[0]![0]))
}
