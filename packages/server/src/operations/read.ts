import { isId } from '../base/id.ts'
import type { CollectionModel } from '../model/model.ts'
import { isToMany } from '../model/relation.ts'
import type { ColumnType, Row, Statement } from '../ports/database.ts'
import { readableField, readableRows, readableRowsBehind } from '../query/access.ts'
import { aggregatePlanFromInput } from '../query/aggregate-plan.ts'
import { columnRef, valueAt } from '../query/column-ref.ts'
import { allOf, always, type Condition, isNever, never } from '../query/condition.ts'
import { invalidQuery } from '../query/errors.ts'
import { checkExpandBudget } from '../query/expand-budget.ts'
import { type AggregatePlan, hasSortValuesInJson, type ReadPlan } from '../query/plan.ts'
import type { AggregateInput, QueryInput } from '../query/query-input.ts'
import { type ListPlan, listPlanFromInput, type PageRequest } from '../query/read-plan.ts'
import { type SelectionContext, selectionFromInput } from '../query/selection.ts'
import type { BoundValue } from '../query/values.ts'
import { aggregateSql } from '../sql/aggregate-sql.ts'
import { countSql, readSql } from '../sql/read-sql.ts'
import { operationErrors } from './errors.ts'
import type { ListAnswer, OperationContext, ReadOptions, RecordAnswer, TextAnswer } from './operations.ts'
import { watchingTime } from './prepared-reads.ts'
import type { KeptRead } from './response-cache.ts'
import { askAs, collectionNamed, type Runtime, read, refusal } from './runtime.ts'

/** Answers with a page of records. */
export async function findRecords(
  context: OperationContext,
  name: string,
  query: QueryInput,
  runtime: Runtime,
): Promise<ListAnswer> {
  const collection = collectionNamed(name, runtime)
  const prepared = runtime.preparedReads.get(query, name, context, query.hasTextValues === true, (asking) => {
    requireReadable(collection, asking)
    return prepareList(listPlanFromInput(query, collection, asking, runtime.signer, always), asking, runtime)
  })
  return keptAnswer(prepared.kept, '', context, runtime, () => listFrom(prepared, context, runtime))
}

/** Takes the answer from memory, where it is kept; what a transaction reads is its own. */
function keptAnswer<A extends ListAnswer | RecordAnswer | TextAnswer>(
  kept: KeptRead | undefined,
  id: string,
  context: OperationContext,
  runtime: Runtime,
  make: () => Promise<A>,
): A | Promise<A> {
  return kept === undefined || context.tx !== undefined ? make() : runtime.responses.answer(kept, id, make)
}

/** Answers with one record. */
export async function getRecord(
  context: OperationContext,
  name: string,
  id: string,
  options: ReadOptions,
  runtime: Runtime,
): Promise<RecordAnswer> {
  const collection = collectionNamed(name, runtime)
  const prepared = runtime.preparedReads.get(options, name, context, false, (asking) =>
    prepareRecord(options, collection, asking, runtime),
  )
  if (!isId(id)) throw notFound(collection)
  return keptAnswer(prepared.kept, id, context, runtime, async () => {
    const values = prepared.values.with(prepared.idSlot, { kind: 'scalar', type: { kind: 'id' }, value: id })
    const statement = runtime.statements.fill(prepared.compiled, values)
    return recordFrom(await read(statement, context, runtime), collection, isPlain(options))
  })
}

interface PreparedRecord {
  readonly compiled: Statement
  readonly values: readonly BoundValue[]
  readonly idSlot: number
  readonly kept: KeptRead | undefined
}

function prepareRecord(
  options: ReadOptions,
  collection: CollectionModel,
  asking: SelectionContext,
  runtime: Runtime,
): PreparedRecord {
  requireReadable(collection, asking)
  const selection = selectionFromInput(options, collection, asking)
  checkExpandBudget(selection, 1, asking)
  if (asking.issues.all.length > 0) throw invalidQuery(asking.issues)
  const idSlot = asking.values.all.length
  const where = allOf([hasId('', collection, asking), readableRows(collection, asking)])
  const plan = oneRecordPlan(collection, selection, where)
  const compiled = runtime.statements.compile('read', plan, () =>
    readSql(plan, runtime.model, runtime.database.dialect),
  )
  const values = asking.values.all
  const statement = runtime.statements.fill(compiled, values)
  const shape = { byId: true, isPlain: isPlain(options) }
  return { compiled, values, idSlot, kept: runtime.responses.keptRead(collection, plan, statement, shape, asking) }
}

/** Answers with what lies behind a relation of a record: a page of records, or one. */
export async function readRelated(
  context: OperationContext,
  name: string,
  id: string,
  relationName: string,
  query: QueryInput,
  runtime: Runtime,
): Promise<ListAnswer | RecordAnswer> {
  const collection = collectionNamed(name, runtime)
  const asking = watchingTime(askAs(context, runtime, query.hasTextValues), context.now)
  requireReadable(collection, asking)
  const found = readableField(relationName, collection, asking)
  const relation = found?.field.relation
  if (found === undefined || relation === undefined)
    throw operationErrors.unknown_relation({ details: { collection: name, relation: relationName } })
  if (!isId(id)) throw notFound(collection)
  const target = collectionNamed(relation.target, runtime)
  requireReadable(target, asking)
  const of = allOf([readableRows(collection, asking), found.readable])
  const slot = asking.values.add({ kind: 'scalar', type: { kind: 'id' }, value: id })
  const reached: Condition = { kind: 'reachedFrom', collection: name, field: relationName, slot, of }
  const base = allOf([reached, readableRowsBehind(found.field, asking)])
  if (!isToMany(relation)) return readOneRelated(target, query, base, asking, context, runtime)
  const list = prepareList(listPlanFromInput(query, target, asking, runtime.signer, base), asking, runtime)
  return keptAnswer(list.kept, '', context, runtime, async () => {
    const answer = await listFrom(list, context, runtime)
    // An empty list is also what a record that does not exist (for this actor) has behind it.
    if (answer.isEmpty) await getRecord(context, name, id, { fields: ['id'] }, runtime)
    return answer
  })
}

async function readOneRelated(
  target: CollectionModel,
  query: QueryInput,
  base: Condition,
  asking: SelectionContext,
  context: OperationContext,
  runtime: Runtime,
): Promise<RecordAnswer> {
  const selection = selectionFromInput(query, target, asking)
  checkExpandBudget(selection, 1, asking)
  if (asking.issues.all.length > 0) throw invalidQuery(asking.issues)
  const plan = oneRecordPlan(target, selection, allOf([base, readableRows(target, asking)]))
  const statement = statementOf(plan, asking, runtime)
  const kept = runtime.responses.keptRead(target, plan, statement, { isPlain: isPlain(query) }, asking)
  return keptAnswer(kept, '', context, runtime, async () =>
    recordFrom(await read(statement, context, runtime), target, isPlain(query)),
  )
}

/** Answers with groups and their counts, sums and the like. */
export async function aggregateRecords(
  context: OperationContext,
  name: string,
  query: AggregateInput,
  runtime: Runtime,
): Promise<TextAnswer> {
  const collection = collectionNamed(name, runtime)
  const isText = query.hasTextValues === true
  const { plan, statement, kept } = runtime.preparedReads.get(query, `aggregate ${name}`, context, isText, (asking) =>
    prepareAggregate(query, collection, asking, runtime),
  )
  return keptAnswer(kept, '', context, runtime, async () => {
    const rows = await read(statement, context, runtime)
    return { kind: 'text', json: JSON.stringify({ data: rows.map((row) => aggregateRow(row, plan, runtime)) }) }
  })
}

function prepareAggregate(
  query: AggregateInput,
  collection: CollectionModel,
  asking: SelectionContext,
  runtime: Runtime,
) {
  requireReadable(collection, asking)
  const asked = aggregatePlanFromInput(query, collection, asking)
  const plan = hasNoWords(asked, asking.values.all, runtime) ? { ...asked, search: undefined, where: never } : asked
  const statement = runtime.statements.prepare('aggregate', plan, asking.values.all, () =>
    aggregateSql(plan, runtime.model, runtime.database.dialect),
  )
  return { plan, statement, kept: runtime.responses.keptRead(collection, plan, statement, {}, asking) }
}

function aggregateRow(row: Row, plan: AggregatePlan, { database: { dialect } }: Runtime): Record<string, unknown> {
  const decode = (type: ColumnType, value: unknown) =>
    value === null || value === undefined ? null : dialect.decode(type, value)
  const groups = plan.groups.map((group, index) => [group.name, decode(group.type, row[index])] as const)
  const results = plan.measures.map((measure, index) => ({ ...measure, value: row[plan.groups.length + index] }))
  const nested = (['sum', 'avg', 'min', 'max'] as const).flatMap((name) => {
    const of = results.filter((result) => result.function === name)
    // An average of whole numbers is none, so it is read as a number whatever the field.
    const members = of.map(
      (result) => [result.name, decode(name === 'avg' ? { kind: 'real' } : result.type!, result.value)] as const,
    )
    return of.length === 0 ? [] : [[name, Object.fromEntries(members)] as const]
  })
  const count = results
    .filter((result) => result.function === 'count')
    .map((result) => ['count', Number(result.value)] as const)
  return Object.fromEntries([...groups, ...count, ...nested])
}

/** @throws operation_forbidden, operation_sign_in_required  when the actor may read no row of the collection. */
export function requireReadable(collection: CollectionModel, asking: SelectionContext): void {
  if (isNever(readableRows(collection, asking))) throw refusal('read', collection.name, asking.actor)
}

export function hasId(id: string, collection: CollectionModel, asking: SelectionContext): Condition {
  const column = columnRef(collection.fields.get('id')!)
  return {
    kind: 'compare',
    op: 'eq',
    column,
    slot: asking.values.add({ kind: 'scalar', type: column.type, value: id }),
  }
}

export function notFound(collection: CollectionModel): Error {
  return operationErrors.not_found({ details: { collection: collection.name } })
}

export function oneRecordPlan(
  collection: CollectionModel,
  selection: ReadPlan['selection'],
  where: Condition,
  isForUpdate = false,
): ReadPlan {
  return {
    collection: collection.name,
    selection,
    where,
    search: undefined,
    sort: [],
    seek: undefined,
    limit: undefined,
    offset: undefined,
    counts: 'none',
    isForUpdate,
  }
}

export function runRead(plan: ReadPlan, asking: SelectionContext, context: OperationContext, runtime: Runtime) {
  return read(statementOf(plan, asking, runtime), context, runtime)
}

function statementOf(plan: ReadPlan, asking: SelectionContext, runtime: Runtime): Statement {
  const make = () => readSql(plan, runtime.model, runtime.database.dialect)
  return runtime.statements.prepare('read', plan, asking.values.all, make)
}

function recordFrom(rows: readonly Row[], collection: CollectionModel, plain: boolean): RecordAnswer {
  const row = rows[0]
  if (row === undefined) throw notFound(collection)
  return { kind: 'record', json: row[0] as string, id: row[1] as string, version: Number(row[2]), isPlain: plain }
}

function isPlain(options: ReadOptions): boolean {
  return options.expand === undefined && options.fields === undefined
}

interface PreparedList extends ListPlan {
  readonly values: readonly BoundValue[]
  /** Undefined when the answer is empty without asking. */
  readonly statement: Statement | undefined
  readonly kept: KeptRead | undefined
}

function prepareList({ plan, page }: ListPlan, asking: SelectionContext, runtime: Runtime): PreparedList {
  const values = asking.values.all
  const make = () => readSql(plan, runtime.model, runtime.database.dialect)
  const statement = hasNoWords(plan, values, runtime)
    ? undefined
    : runtime.statements.prepare('read', plan, values, make)
  const collection = collectionNamed(plan.collection, runtime)
  const kept = runtime.responses.keptRead(collection, plan, statement, { page }, asking)
  return { plan, page, values, statement, kept }
}

/** A search for signs only, such as `!?`, finds nothing and need not ask. */
function hasNoWords(plan: Pick<ReadPlan, 'search'>, values: readonly BoundValue[], runtime: Runtime): boolean {
  if (plan.search === undefined) return false
  return runtime.database.dialect.encodeSearch(values[plan.search]!.value as string) === undefined
}

async function listFrom(
  list: PreparedList,
  context: OperationContext,
  runtime: Runtime,
): Promise<ListAnswer & { isEmpty: boolean }> {
  const { plan, page, statement } = list
  const rows = statement === undefined ? [] : await read(statement, context, runtime)
  const total = plan.counts === 'none' ? undefined : await totalOf(rows, list, context, runtime)
  return { kind: 'list', json: pageJson(rows, page, plan, total, runtime), isEmpty: rows.length === 0 }
}

async function totalOf(
  rows: readonly Row[],
  { plan, values, statement: reading }: PreparedList,
  context: OperationContext,
  runtime: Runtime,
): Promise<number> {
  const told = plan.counts === 'none' ? undefined : rows[0]?.at(-1)
  if (typeof told === 'number' || typeof told === 'string') return Number(told)
  const isFirst = plan.seek === undefined && plan.offset === undefined
  if (rows.length === 0 && (isFirst || reading === undefined)) return 0
  // A page beyond the last row has no row to tell the total, and a new table has no estimate yet.
  const counting: ReadPlan = { ...plan, seek: undefined, limit: undefined, offset: undefined, counts: 'exact' }
  const make = () => countSql(counting, runtime.model, runtime.database.dialect)
  const statement = runtime.statements.prepare('count', counting, values, make)
  return Number((await read(statement, context, runtime))[0]![0])
}

function pageJson(
  found: readonly Row[],
  page: PageRequest,
  plan: ReadPlan,
  total: number | undefined,
  runtime: Runtime,
): string {
  const hasMore = found.length > page.size
  const rows = hasMore ? found.slice(0, page.size) : [...found]
  if (page.isBackward) rows.reverse()
  const next = page.isBackward ? rows.length > 0 : hasMore
  const previous = page.isBackward ? hasMore : page.isContinued && rows.length > 0
  const cursorOf = (row: Row) => JSON.stringify(runtime.signer.sign(sortValues(row, plan, runtime), page.query))
  const members = [
    `"next":${next ? cursorOf(rows.at(-1)!) : 'null'}`,
    `"previous":${previous ? cursorOf(rows[0]!) : 'null'}`,
    `"size":${page.size}`,
    ...(total === undefined ? [] : [`"total":${total}`]),
  ]
  return `{"data":[${rows.map((row) => row[0]).join(',')}],"page":{${members.join(',')}}}`
}

function sortValues(row: Row, plan: ReadPlan, { database: { dialect } }: Runtime): readonly unknown[] {
  if (hasSortValuesInJson(plan)) {
    const record = JSON.parse(row[0] as string) as Readonly<Record<string, unknown>>
    return plan.sort.map(({ expression }) => (expression.kind === 'column' ? valueAt(record, expression.column) : null))
  }
  return plan.sort.map((term, index) => {
    const value = row[1 + index] ?? null
    return value === null ? null : dialect.decode(term.type, value)
  })
}
