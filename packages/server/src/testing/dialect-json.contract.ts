import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { newId } from '../base/id.ts'
import type { Database, Sql } from '../ports/database.ts'
import { sql } from '../ports/sql.ts'
import { anyValue } from './column-values.arbitrary.ts'
import {
  type Columns,
  createTableOf,
  everyColumn,
  insertRows,
  parameter,
  readRows,
  runSchema,
  select,
} from './dialect-tables.ts'

export function jsonContract(open: () => Database): void {
  describe('values', () => {
    it('come back as they were given: in JSON, and through decode', async () => {
      const table = await createTableOf(open(), everyColumn, [])
      await fc.assert(
        fc.asyncProperty(anyRow(), async (row) => {
          await insertOnly(open(), table.name, row)
          assert.deepEqual(await readRows(open(), table.name, everyColumn), [row])
          assert.deepEqual(await readDecoded(open(), table.name), row)
        }),
        { numRuns: 150 },
      )
    })

    it('that are null are null in JSON', async () => {
      const table = await createTableOf(open(), everyColumn, [{}])
      const expected = mapValues(everyColumn, () => null)
      assert.deepEqual(await readRows(open(), table.name, everyColumn), [expected])
      assert.deepEqual(await readDecoded(open(), table.name), expected)
    })

    it('are the same as literals', async () => {
      const table = await createTableOf(open(), everyColumn, [])
      const { literal } = open().dialect.schema
      await fc.assert(
        fc.asyncProperty(anyRow(), async (row) => {
          const names = Object.keys(row).map((name) => `"${name}"`)
          const literals = Object.entries(row).map(([name, value]) => literal(everyColumn[name as Name], value))
          await runSchema(open(), [
            `delete from "${table.name}"`,
            `insert into "${table.name}" ("id", ${names.join(', ')}) values ('${newId()}', ${literals.join(', ')})`,
          ])
          assert.deepEqual(await readRows(open(), table.name, everyColumn), [row])
        }),
        { numRuns: 50 },
      )
    })

    it('are found by the same value', async () => {
      const table = await createTableOf(open(), everyColumn, [])
      await fc.assert(
        fc.asyncProperty(anyRow(), async (row) => {
          await insertOnly(open(), table.name, row)
          const equal = Object.entries(row).map(([name, value]) => {
            return sql`${sql.id(name)} = ${parameter(open(), everyColumn[name as Name], value)}`
          })
          const condition = sql.join(equal, sql` and `)
          assert.equal((await select(open(), sql`select 1 from ${sql.id(table.name)} where ${condition}`)).length, 1)
        }),
        { numRuns: 50 },
      )
    })
  })

  describe('JSON', () => {
    const text = { kind: 'text' } as const
    const number = { kind: 'integer' } as const

    it('keeps the order of its members', async () => {
      const object = jsonOf(open(), [
        ['b', 1],
        ['a', 2],
        ['B', 3],
      ])
      assert.equal(await readText(open(), object), '{"b":1,"a":2,"B":3}')
    })

    it('has members of any name', async () => {
      const names = ['order', `it's`, '"', '\\', '\n', 'é', '{', '$1', '?', '__proto__']
      const object = jsonOf(
        open(),
        names.map((name, index) => [name, index] as const),
      )
      assert.deepEqual(Object.keys((await readJson(open(), object)) as object), names)
    })

    for (const count of [0, 1, 150, 1200]) {
      it(`has ${count} members`, async () => {
        const entries = Array.from({ length: count }, (_, index) => [`member${index}`, index] as const)
        assert.deepEqual(await readJson(open(), jsonOf(open(), entries)), Object.fromEntries(entries))
      })
    }

    it('nests, and a text that looks like JSON stays a text', async () => {
      const { dialect } = open()
      const looksLikeJson = dialect.json(text, parameter(open(), text, '{"a":[1]}'))
      const inner = dialect.jsonObject([['text', looksLikeJson]])
      const list = dialect.jsonArray(sql`select ${inner} as item`)
      const object = dialect.jsonObject([
        ['inner', inner],
        ['list', list],
        ['none', sql`null`],
      ])
      const expected = { text: '{"a":[1]}' }
      assert.deepEqual(await readJson(open(), object), { inner: expected, list: [expected], none: null })
    })

    it('of a relation is one statement, in the order and number that the subquery says', async () => {
      const { dialect } = open()
      const columns = { parent: text, rank: number } satisfies Columns
      const rows = [3, 1, 5, 2, 4].map((rank) => ({ parent: rank === 5 ? 'b' : 'a', rank }))
      const { name } = await createTableOf(open(), columns, rows)
      const item = dialect.jsonObject([['rank', dialect.json(number, sql.ref('c.rank'))]])
      const children = (order: 'asc' | 'desc') =>
        dialect.jsonArray(
          sql`select ${item} as item from ${sql.id(name)} as "c" where "c"."parent" = "p"."parent" order by ${dialect.orderBy(sql.ref('c.rank'), order, true)} limit 3`,
        )
      const object = dialect.jsonObject([
        ['parent', dialect.json(text, sql.ref('p.parent'))],
        ['first', children('asc')],
        ['last', children('desc')],
      ])
      const parents = sql`select distinct "parent" from ${sql.id(name)}`
      const list = dialect.jsonArray(sql`select ${object} as item from (${parents}) as "p" order by "p"."parent"`)
      assert.deepEqual(await readJson(open(), list), [
        { parent: 'a', first: [1, 2, 3].map(rankOf), last: [4, 3, 2].map(rankOf) },
        { parent: 'b', first: [{ rank: 5 }], last: [{ rank: 5 }] },
      ])
    })

    it('of a list with no rows is an empty array, and keeps what is null', async () => {
      const { dialect } = open()
      const none = dialect.jsonArray(sql`select '1' as item where 1 = 0`)
      const nulls = dialect.jsonArray(sql`select ${dialect.json(text, parameter(open(), text, null))} as item`)
      assert.equal(await readText(open(), none), '[]')
      assert.equal(await readText(open(), nulls), '[null]')
    })

    it('leaves out members whose condition is false or unknown', async () => {
      const { dialect } = open()
      const one = dialect.json(number, parameter(open(), number, 1))
      const optional = [
        { entry: ['yes', one] as const, when: sql`1 = 1` },
        { entry: ['no', one] as const, when: sql`1 = 0` },
        { entry: ['unknown', one] as const, when: sql`1 = ${parameter(open(), number, null)}` },
        { entry: ['null', sql`null`] as const, when: sql`1 = 1` },
      ]
      const read = (always: [string, Sql][], maybe: typeof optional) =>
        readText(open(), dialect.jsonObjectWithOptional(always, maybe))
      assert.equal(await read([['id', one]], optional), '{"id":1,"yes":1,"null":null}')
      assert.equal(await read([], optional), '{"yes":1,"null":null}')
      assert.equal(await read([], [optional[1]!]), '{}')
      assert.equal(await read([['id', one]], []), '{"id":1}')
      assert.equal(await read([], []), '{}')
    })
  })
}

type Name = keyof typeof everyColumn

function anyRow(): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(mapValues(everyColumn, anyValue), { noNullPrototype: true })
}

function mapValues<T>(columns: Columns, map: (type: Columns[string]) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(columns).map(([name, type]) => [name, map(type)]))
}

async function insertOnly(database: Database, table: string, row: Record<string, unknown>): Promise<void> {
  await runSchema(database, [`delete from "${table}"`])
  await insertRows(database, table, everyColumn, [row])
}

async function readDecoded(database: Database, table: string): Promise<Record<string, unknown>> {
  const names = Object.keys(everyColumn) as Name[]
  const [row] = await select(database, sql`select ${sql.join(names.map((name) => sql.id(name)))} from ${sql.id(table)}`)
  return Object.fromEntries(
    names.map((name, index) => [name, database.dialect.decode(everyColumn[name], row?.[index])]),
  )
}

function jsonOf(database: Database, entries: readonly (readonly [string, number])[]): Sql {
  const type = { kind: 'integer' } as const
  return database.dialect.jsonObject(
    entries.map(([key, value]) => [key, database.dialect.json(type, sql`cast(${sql.lit(value)} as integer)`)]),
  )
}

async function readText(database: Database, json: Sql): Promise<unknown> {
  const [row] = await select(database, sql`select ${database.dialect.jsonText(json)}`)
  return row?.[0]
}

async function readJson(database: Database, json: Sql): Promise<unknown> {
  return JSON.parse((await readText(database, json)) as string)
}

function rankOf(rank: number): { readonly rank: number } {
  return { rank }
}
