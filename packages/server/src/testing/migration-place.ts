import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testPostgresUrl } from '../../../../tests/postgres-server.ts'
import { openPostgresDatabase } from '../adapters/database/postgres/index.ts'
import { openSqliteDatabase } from '../adapters/database/sqlite/index.ts'
import { newId } from '../base/id.ts'
import { defineApp } from '../model/app.ts'
import { compileModel } from '../model/compile-model.ts'
import type { AnyCollection } from '../model/infer.ts'
import type { FieldModel, Model } from '../model/model.ts'
import type { Database, TableShape } from '../ports/database.ts'
import { sql } from '../ports/sql.ts'

/** Where the databases of a test are. */
export interface MigrationPlace {
  readonly name: 'SQLite' | 'PostgreSQL'
  /** Makes an empty database and gives the way to connect to it, as often as one likes. */
  make(): Promise<{ readonly url: string; connect(): Promise<Database>; remove(): void }>
}

export const migrationPlaces: readonly MigrationPlace[] = [
  {
    name: 'SQLite',
    async make() {
      const folder = mkdtempSync(join(tmpdir(), 'galley-migrate-'))
      const file = join(folder, 'test.db')
      return {
        url: `sqlite:${file}`,
        connect: () => openSqliteDatabase({ file, synchronous: 'off' }),
        remove: () => rmSync(folder, { recursive: true }),
      }
    },
  },
  {
    name: 'PostgreSQL',
    async make() {
      const url = await testPostgresUrl()
      return { url, connect: () => openPostgresDatabase({ url, maxConnections: 3 }), remove: () => {} }
    },
  },
]

/** Runs a test with a new, empty database. */
export async function withDatabase(place: MigrationPlace, test: (database: Database) => Promise<void>): Promise<void> {
  const { connect, remove } = await place.make()
  const database = await connect()
  try {
    await test(database)
  } finally {
    await database.close()
    remove()
  }
}

export function modelOf(...collections: readonly AnyCollection[]): Model {
  return compileModel(defineApp({ name: 'test', collections }))
}

/** Records by field; values in their JSON form. */
export type Records = readonly Readonly<Record<string, unknown>>[]

/** Stores records as they are, past every rule. What is not given is null. */
export async function insertRecords(
  database: Database,
  model: Model,
  collection: string,
  records: Records,
): Promise<readonly string[]> {
  const { dialect } = database
  const { table, fields } = model.collections.get(collection)!
  const ids: string[] = []
  await database.transaction(async (tx) => {
    for (const record of records) {
      const at = '2026-03-01T09:30:00.000Z'
      const full: Record<string, unknown> = { id: newId(), createdAt: at, updatedAt: at, version: 1, ...record }
      ids.push(String(full.id))
      const cells = [...fields.values()].flatMap((field) => cellsOf(field, full[field.name] ?? null))
      const names = sql.join(cells.map((cell) => sql.ref(cell.name)))
      const values = sql.join(cells.map(({ type, value }) => dialect.cast(type, sql`${dialect.encode(type, value)}`)))
      await tx.execute(dialect.compile(sql`insert into ${sql.table(table)} (${names}) values (${values})`))
    }
  })
  return ids
}

function cellsOf(field: FieldModel, value: unknown) {
  return field.columns.map(({ name, key, type }) => ({
    name,
    type,
    value: key === undefined || value === null ? value : (value as Record<string, unknown>)[key],
  }))
}

/** All records of a collection in the order they were stored, without the system fields. */
export async function readRecords(database: Database, model: Model, collection: string): Promise<Records> {
  const { dialect } = database
  const { table, fields } = model.collections.get(collection)!
  const own = [...fields.values()].filter((field) => !field.isSystem && field.columns.length > 0)
  const columns = own.flatMap((field) => field.columns)
  const list = sql.join([sql.ref('id'), ...columns.map((column) => sql.ref(column.name))])
  const rows = await database.read(dialect.compile(sql`select ${list} from ${sql.table(table)} order by id`))
  return rows.map((row) => {
    const values = new Map(
      columns.map((column, index) => [column.name, dialect.decode(column.type, row[index + 1])] as const),
    )
    return Object.fromEntries(own.map((field) => [field.name, fieldValue(field, values)]))
  })
}

function fieldValue(field: FieldModel, values: ReadonlyMap<string, unknown>): unknown {
  const [first] = field.columns
  if (first?.key === undefined || values.get(first.name) === null) return values.get(first!.name)
  return Object.fromEntries(field.columns.map((column) => [column.key, values.get(column.name)]))
}

/** Tables with their parts by name, to be compared. */
export function inAnyOrder(tables: readonly TableShape[]): readonly TableShape[] {
  const byName = <T extends { readonly name: string }>(things: readonly T[]) =>
    things.toSorted((left, right) => (left.name < right.name ? -1 : 1))
  return byName(tables).map((table) => ({
    ...table,
    columns: byName(table.columns),
    indexes: byName(table.indexes),
    foreignKeys: byName(table.foreignKeys),
  }))
}
