import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { testPostgresUrl } from '../../../../../../tests/postgres-server.ts'
import type { Database, PlanStep, Sql } from '../../../ports/database.ts'
import { sql } from '../../../ports/sql.ts'
import { createTableOf } from '../../../testing/dialect-tables.ts'
import { postgresDialect as dialect } from './dialect.ts'
import { openPostgresDatabase } from './postgres-database.ts'

describe('on PostgreSQL', () => {
  let database: Database
  const text = { kind: 'text' } as const
  before(async () => {
    database = await openPostgresDatabase({ url: await testPostgresUrl() })
    const index = { name: 'products_name_idx', columns: ['name'], isUnique: false }
    await createTableOf(database, { name: text }, [], { name: 'products', indexes: [index], search: ['name'] })
  })
  after(() => database.close())

  /** As for a large table: the planner reads a small one from end to end whatever the indexes. */
  const planOf = (query: Sql) =>
    database.transaction(async (tx) => {
      await tx.script(
        'set local enable_seqscan = off; set local enable_sort = off; set local plan_cache_mode = force_custom_plan',
      )
      const rows = await tx.query(dialect.compile(sql`explain (costs off) ${query}`))
      return rows.map((row) => String(row[0]).trim()).join('\n')
    })
  const products = (rest: Sql) => sql`select "p"."id" from "products" as "p" ${rest}`
  const name = sql.ref('p.name')

  it('a prefix is a range of an index', async () => {
    const plan = await planOf(products(sql`where ${dialect.startsWith(name, sql.lit('ab'))}`))
    assert.match(plan, /Index Cond: \(\(name >= 'ab'::text\) AND \(name < 'ac'::text\)\)/)
  })

  it('a list is looked up in an index', async () => {
    const list = sql.val(dialect.encodeList(text, ['a', 'b']))
    const plan = await planOf(products(sql`where ${dialect.inList(text, name, list)}`))
    assert.match(plan, /Index Cond: \(name = ANY/)
  })

  it('the order of a nullable column is that of its index, in both directions', async () => {
    for (const direction of ['asc', 'desc'] as const) {
      const plan = await planOf(products(sql`order by ${dialect.orderBy(name, direction, true)}`))
      assert.match(plan, /^Index Scan (Backward )?using products_name_idx/)
      assert.doesNotMatch(plan, /Sort/)
    }
  })

  it('a search starts from the words, not from the rows', async () => {
    const { join, matches } = dialect.search('products', 'p', sql.val(dialect.encodeSearch('a')))
    const plan = await planOf(products(sql`${join} where ${matches}`))
    assert.match(plan, /Bitmap Index Scan on products_search_vector_idx/)
  })

  it('tells how many rows each step of a plan has read, those included that were passed over', async () => {
    const rows = sql`select "p"."id" from generate_series(1, 3) as "n", "products" as "p" where ${name} = ${'nothing'}`
    const explained = await database.read(dialect.explain(dialect.compile(rows)))
    const flat = (steps: readonly PlanStep[]): readonly PlanStep[] =>
      steps.flatMap((step) => [step, ...flat(step.inside)])
    const read = flat(dialect.planSteps(explained)).filter(({ rowsRead }) => rowsRead !== undefined)
    assert.deepEqual(
      read.map(({ alias, rowsRead }) => [alias, rowsRead]),
      [['p', 0]],
    )
  })
})
