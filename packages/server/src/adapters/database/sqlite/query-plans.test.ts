import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import type { Database, PlanStep, Sql } from '../../../ports/database.ts'
import { sql } from '../../../ports/sql.ts'
import { createTableOf, select } from '../../../testing/dialect-tables.ts'
import { sqliteDialect as dialect } from './dialect.ts'
import { openSqliteDatabase } from './sqlite-database.ts'

describe('on SQLite', () => {
  let database: Database
  const text = { kind: 'text' } as const
  before(async () => {
    database = await openSqliteDatabase({ file: ':memory:' })
    const index = { name: 'products_name_idx', columns: ['name'], isUnique: false }
    await createTableOf(database, { name: text }, [], { name: 'products', indexes: [index], search: ['name'] })
  })
  after(() => database.close())

  const planOf = async (query: Sql) =>
    (await select(database, sql`explain query plan ${query}`)).map((row) => String(row[3]))
  const products = (rest: Sql) => sql`select "p"."id" from "products" as "p" ${rest}`
  const name = sql.ref('p.name')

  it('a prefix is a range of an index', async () => {
    const plan = await planOf(products(sql`where ${dialect.startsWith(name, sql.val('a'))}`))
    assert.deepEqual(plan, ['SEARCH p USING INDEX products_name_idx (name>? AND name<?)'])
  })

  it('a list is looked up in an index', async () => {
    const list = sql.val(dialect.encodeList(text, ['a', 'b']))
    const plan = await planOf(products(sql`where ${dialect.inList(text, name, list)}`))
    assert.equal(plan[0], 'SEARCH p USING INDEX products_name_idx (name=?)')
  })

  it('the order of a nullable column is that of its index, in both directions', async () => {
    for (const direction of ['asc', 'desc'] as const) {
      const plan = await planOf(products(sql`order by ${dialect.orderBy(name, direction, true)}`))
      assert.deepEqual(plan, ['SCAN p USING INDEX products_name_idx'])
    }
  })

  it('a search starts from the words, not from the rows', async () => {
    const { join, matches, rank } = dialect.search('products', 'p', sql.val(dialect.encodeSearch('a')))
    const plan = await planOf(products(sql`${join} where ${matches} order by ${rank} desc limit 20`))
    assert.match(plan[0]!, /^SCAN p_search VIRTUAL TABLE/)
    assert.equal(plan[1], 'SEARCH p USING INTEGER PRIMARY KEY (rowid=?)')
  })

  it('tells the steps of a plan', async () => {
    const behind = sql`(select count(*) from "products" as "q" where "q"."name" = "p"."name")`
    const query = sql`select ${behind} from "products" as "p" where "p"."id" in (select "id" from "products" as "r") order by ${behind}`
    const explained = await database.read(dialect.explain(dialect.compile(query)))
    const kinds = (steps: readonly PlanStep[]): unknown[] =>
      steps.map(({ kind, alias = '', inside }) => [kind, alias, ...kinds(inside)])
    const found = kinds(dialect.planSteps(explained))
    for (const step of [
      ['search', 'p'],
      ['sort', ''],
      ['perRow', '', ['search', 'q']],
    ])
      assert.ok(
        found.some((one) => isDeepStrictEqual(one, step)),
        JSON.stringify([step, found]),
      )
    const [first] = dialect.planSteps(
      await database.read(dialect.explain(dialect.compile(products(sql`where ${name} = ${'a'}`)))),
    )
    assert.deepEqual(first, { kind: 'search', alias: 'p', equalColumns: ['name'], inside: [] })
  })
})
