import type { CollectionModel } from '../model/model.ts'
import type { ColumnType, Row } from '../ports/database.ts'
import { aggregatePlanFromInput } from '../query/aggregate-plan.ts'
import { never } from '../query/condition.ts'
import type { AggregatePlan } from '../query/plan.ts'
import type { AggregateInput } from '../query/query-input.ts'
import type { SelectionContext } from '../query/selection.ts'
import { aggregateSql } from '../sql/aggregate-sql.ts'
import { keptAnswer } from './cache/kept-answer.ts'
import { hasNoWords } from './find.ts'
import { requireReadable } from './one-record.ts'
import type { OperationContext, TextAnswer } from './operations.ts'
import { collectionNamed, type Runtime, read } from './runtime.ts'

/** Answers with groups and their counts, sums and the like. */
export async function aggregateRecords(
  context: OperationContext,
  name: string,
  query: AggregateInput,
  runtime: Runtime,
): Promise<TextAnswer> {
  const collection = collectionNamed(name, runtime)
  const isText = query.hasTextValues === true
  const { plan, statement, kept } = runtime.prepared.get(query, `aggregate ${name}`, context, isText, (asking) =>
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
