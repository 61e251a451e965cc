import assert from 'node:assert/strict'
import { newId } from '../base/id.ts'
import type { ColumnShape, ColumnType, Database, Row, Sql, TableShape } from '../ports/database.ts'
import { sql } from '../ports/sql.ts'

/** A type of every kind, under the name of a column that is a word of SQL where there is one. */
export const everyColumn = {
  key: { kind: 'id' },
  text: { kind: 'text' },
  order: { kind: 'integer' },
  real: { kind: 'real' },
  decimal: { kind: 'decimal', precision: 18, scale: 2 },
  whole: { kind: 'decimal', precision: 18, scale: 0 },
  fraction: { kind: 'decimal', precision: 18, scale: 18 },
  check: { kind: 'boolean' },
  timestamp: { kind: 'instant' },
  date: { kind: 'date' },
  json: { kind: 'json' },
} as const satisfies Record<string, ColumnType>

export type Columns = Readonly<Record<string, ColumnType>>
/** Values in their JSON form, by column. */
export type Values = Readonly<Record<string, unknown>>

/** A table of a collection whose columns, but the id, may be null. */
export function tableOf({ dialect }: Database, columns: Columns, more: Partial<TableShape> = {}): TableShape {
  return {
    name: `table_${newId().slice(-12)}`,
    columns: [
      { name: 'id', typeName: dialect.typeName({ kind: 'id' }), isNullable: false },
      ...Object.entries(columns).map(([name, type]) => columnOf({ dialect }, name, type)),
    ],
    indexes: [],
    foreignKeys: [],
    primaryKey: ['id'],
    ...more,
  }
}

export function columnOf(
  { dialect }: Pick<Database, 'dialect'>,
  name: string,
  type: ColumnType,
  isNullable = true,
): ColumnShape {
  return { name, typeName: dialect.typeName(type), isNullable }
}

/** Runs statements of a schema dialect as a migration does. */
export async function runSchema(database: Database, statements: readonly string[]): Promise<void> {
  await database.transaction(
    async (tx) => {
      for (const statement of statements) await tx.script(statement)
    },
    { lock: 'exclusive' },
  )
}

/** Creates a table of `columns` with `rows`; their ids count up with their order. */
export async function createTableOf(
  database: Database,
  columns: Columns,
  rows: readonly Values[],
  more: Partial<TableShape> = {},
): Promise<TableShape> {
  const table = tableOf(database, columns, more)
  await runSchema(database, database.dialect.schema.createTable(table))
  await insertRows(database, table.name, columns, rows)
  return table
}

export async function insertRows(
  database: Database,
  table: string,
  columns: Columns,
  rows: readonly Values[],
): Promise<void> {
  const types: Columns = { id: { kind: 'id' }, ...columns }
  await database.transaction(async (tx) => {
    for (const row of rows) {
      const given = Object.entries({ id: newId(), ...row })
      const values = given.map(([name, value]) => parameter(database, types[name]!, value))
      await tx.execute(
        database.dialect.compile(
          sql`insert into ${sql.id(table)} (${sql.join(given.map(([name]) => sql.id(name)))}) values (${sql.join(values)})`,
        ),
      )
    }
  })
}

export function parameter({ dialect }: Database, type: ColumnType, value: unknown): Sql {
  return dialect.cast(type, sql.val(dialect.encode(type, value)))
}

export async function select(database: Database, query: Sql): Promise<readonly Row[]> {
  return database.read(database.dialect.compile(query))
}

/** The rows of a table in the order of their ids, with the values that the database writes as JSON. */
export async function readRows(database: Database, table: string, columns: Columns): Promise<readonly Values[]> {
  const { dialect } = database
  const names = Object.entries(columns)
  const anyExpression = names.map(([name, type]) => [name, dialect.json(type, sql.id(name))] as const)
  const nullable = names.map(([name, type]) => [name, { type, column: sql.id(name), isNullable: true }] as const)
  const objects = [anyExpression, nullable].map((members) => dialect.jsonText(dialect.jsonObject(members)))
  const rows = await select(database, sql`select ${sql.join(objects)} from ${sql.id(table)} order by "id"`)
  for (const row of rows) assert.equal(row[0], row[1])
  await readPresent(database, table, columns)
  return rows.map((row) => JSON.parse(row[0] as string) as Values)
}

/** Columns without nulls are written more cheaply; it must be the same text. */
async function readPresent(database: Database, table: string, columns: Columns): Promise<void> {
  const { dialect } = database
  for (const [name, type] of Object.entries(columns)) {
    const cheap = dialect.jsonObject([[name, { type, column: sql.id(name), isNullable: false }]])
    const usual = dialect.jsonObject([[name, dialect.json(type, sql.id(name))]])
    const texts = sql.join([cheap, usual].map((object) => dialect.jsonText(object)))
    for (const [left, right] of await select(
      database,
      sql`select ${texts} from ${sql.id(table)} where ${sql.id(name)} is not null`,
    )) {
      assert.equal(left, right)
    }
  }
}

/** The values of column `name` in rows where `condition` holds, in the order of their ids. */
export async function readWhere(
  database: Database,
  table: string,
  name: string,
  type: ColumnType,
  condition: Sql,
): Promise<readonly unknown[]> {
  const rows = await select(
    database,
    sql`select ${sql.id(name)} from ${sql.id(table)} where ${condition} order by "id"`,
  )
  return rows.map((row) => database.dialect.decode(type, row[0]))
}
