import type { Model } from '../model/model.ts'
import { requireCollection } from '../model/require-collection.ts'
import type { Sql, SqlDialect } from '../ports/database.ts'
import { sql } from '../ports/sql.ts'
import type { AggregatePlan, Measure } from '../query/plan.ts'
import { conditionSql } from './condition-sql.ts'
import { expressionSql } from './expression-sql.ts'
import { rootScope, type Scope, tableSql } from './scope.ts'
import { slotSql } from './slot.ts'
import { throughSql } from './through-sql.ts'

/** An aggregate as one statement; its rows are the groups, then the measures, in the order of the plan. */
export function aggregateSql(plan: AggregatePlan, model: Model, dialect: SqlDialect): Sql {
  const scope = rootScope(model, dialect, requireCollection(model, plan.collection))
  const search =
    plan.search === undefined
      ? undefined
      : dialect.search(scope.collection.table, scope.alias, slotSql(plan.search, undefined, dialect))
  const behind = plan.through === undefined ? undefined : throughSql(plan.through, scope)
  const groups = plan.groups.map(({ expression, isBehind }) =>
    expressionSql(expression, isBehind ? behind!.scope : scope, search?.rank),
  )
  const measures = plan.measures.map((measure, index) => measureSql(measure, sql.ref(`r.m${index}`), dialect))
  const inner = columns([...groups.map((group, index) => [group, `g${index}`] as const), ...measureInputs(plan, scope)])
  const tables = sql`${tableSql(scope)}${search === undefined ? sql`` : sql` ${search.join}`}${behind?.join ?? sql``}`
  const from = search === undefined ? sql`from ${tables} where` : sql`from ${tables} where ${search.matches} and`
  // Grouping by a name of an inner select, so that an expression with parameters is written (and counted by the database) once.
  const rows = sql`select ${inner} ${from} ${conditionSql(plan.where, scope)}${behind?.where ?? sql``}`
  const names = plan.groups.map((_group, index) => sql.ref(`r.g${index}`))
  const groupBy = names.length === 0 ? sql`` : sql` group by ${sql.join(names)}`
  const order =
    plan.sort.length === 0
      ? sql``
      : sql` order by ${sql.join(plan.sort.map((term) => orderTerm(term, names, measures, dialect)))}`
  return sql`select ${sql.join([...names, ...measures])} from (${rows}) as ${sql.ref('r')}${groupBy}${order} limit ${slotSql(plan.limit, undefined, dialect)}`
}

function columns(entries: readonly (readonly [Sql, string])[]): Sql {
  return entries.length === 0
    ? sql`1 as ${sql.ref('one')}`
    : sql.join(entries.map(([value, name]) => sql`${value} as ${sql.ref(name)}`))
}

function measureInputs(plan: AggregatePlan, scope: Scope): readonly (readonly [Sql, string])[] {
  return plan.measures.flatMap(({ expression }, index) =>
    expression === undefined ? [] : [[expressionSql(expression, scope), `m${index}`] as const],
  )
}

function measureSql(measure: Measure, input: Sql, dialect: SqlDialect): Sql {
  switch (measure.function) {
    case 'count':
      return sql`count(*)`
    case 'sum':
      return dialect.sum(measure.type!, input)
    case 'avg':
      return dialect.average(measure.type!, input)
    case 'min':
      return sql`min(${input})`
    case 'max':
      return sql`max(${input})`
  }
}

function orderTerm(
  term: AggregatePlan['sort'][number],
  names: readonly Sql[],
  measures: readonly Sql[],
  dialect: SqlDialect,
): Sql {
  return dialect.orderBy(term.of === 'group' ? names[term.index]! : measures[term.index]!, term.direction, true)
}
