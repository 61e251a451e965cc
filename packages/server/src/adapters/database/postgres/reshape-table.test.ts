import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { testPostgresUrl } from '../../../../../../tests/postgres-server.ts'
import type { Database, TableShape } from '../../../ports/database.ts'
import { sql } from '../../../ports/sql.ts'
import { columnOf, createTableOf, runSchema, select } from '../../../testing/dialect-tables.ts'
import { postgresDialect as dialect } from './dialect.ts'
import { openPostgresDatabase } from './postgres-database.ts'

describe('a change of a table on PostgreSQL', () => {
  let database: Database
  before(async () => {
    database = await openPostgresDatabase({ url: await testPostgresUrl() })
  })
  after(() => database.close())

  const columns = { name: { kind: 'text' }, price: { kind: 'decimal', precision: 10, scale: 2 } } as const
  const retyped = (table: TableShape, name: string, typeName: string): TableShape => ({
    ...table,
    columns: table.columns.map((column) => (column.name === name ? { ...column, typeName } : column)),
  })
  const changes: Readonly<Record<string, (table: TableShape) => TableShape>> = {
    'more digits': (table) => retyped(table, 'price', 'numeric(12,2)'),
    'more digits after the point': (table) => retyped(table, 'price', 'numeric(12,4)'),
    'fewer digits': (table) => retyped(table, 'price', 'numeric(8,2)'),
    'another type': (table) => retyped(table, 'name', 'jsonb'),
    'no more null': (table) => ({
      ...table,
      columns: table.columns.map((column) => ({ ...column, isNullable: false })),
    }),
    'an index': (table) => ({ ...table, indexes: [{ name: `${table.name}_idx`, columns: ['name'], isUnique: true }] }),
    'a nullable column': (table) => ({
      ...table,
      columns: [...table.columns, columnOf({ dialect }, 'note', { kind: 'text' })],
    }),
    'a column less': (table) => ({ ...table, columns: table.columns.slice(0, 2) }),
    search: (table) => ({ ...table, search: ['name'] }),
  }
  for (const [what, change] of Object.entries(changes)) {
    it(`is foretold to copy every row exactly when it does: ${what}`, async () => {
      const table = await createTableOf(database, columns, [{ name: 'a', price: '1.00' }])
      const file = async () =>
        (await select(database, sql`select pg_relation_filenode(${table.name}::regclass)`))[0]?.[0]
      const [to, fileBefore] = [change(table), await file()]
      await runSchema(database, dialect.schema.reshapeTable(table, to, {}))
      assert.equal((await file()) !== fileBefore, dialect.schema.rewritesTable(table, to))
    })
  }
})
