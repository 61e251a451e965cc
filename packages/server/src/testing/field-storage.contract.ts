import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import { newId } from '../base/id.ts'
import type { ColumnPart, Field } from '../model/field.ts'
import type { Database, Row, Sql, TableShape } from '../ports/database.ts'
import { sql } from '../ports/sql.ts'
import { anyInput, parse } from './field.contract.ts'
import type { FieldSample } from './field-samples.ts'

/** Proves that a database keeps the canonical values of fields as they are, and in their order. */
export function fieldStorageContract(
  name: string,
  open: () => Promise<Database>,
  samples: readonly FieldSample[],
): void {
  describe(`fields on ${name}`, () => {
    let database: Database
    before(async () => {
      database = await open()
    })
    after(() => database.close())

    for (const [index, sample] of samples.entries()) {
      const { field, ordered, valid } = sample
      if (field.type.columns.length === 0) continue
      it(`${sample.name}: what is stored comes back the same`, async () => {
        const values = [...new Set([...valid.map(([, canonical]) => canonical), ...ordered])]
        const table = await storeValues(database, `kept_${index}`, field, values)
        assert.deepEqual(await readValues(database, table, field, sql`"id"`), values)
      })
      it(`${sample.name}: whatever is accepted comes back the same`, async () => {
        const inputs = fc.array(anyInput(sample), { minLength: 20, maxLength: 100 })
        await fc.assert(
          fc.asyncProperty(inputs, async (given) => checkKept(database, field, given)),
          { numRuns: 5 },
        )
      })
      it(`${sample.name}: no value is null`, async () => {
        const table = await storeValues(database, `null_${index}`, field, [null])
        const [value] = await readValues(database, table, field, sql`"id"`)
        const parts = field.type.columns.map((part) => [part.key, null])
        assert.deepEqual(value, parts.length === 1 ? null : Object.fromEntries(parts))
      })
      if (ordered.length === 0) continue
      it(`${sample.name}: values are sorted from the least to the greatest`, async () => {
        const table = await storeValues(database, `sorted_${index}`, field, ordered.toReversed())
        const order = database.dialect.orderBy(columnOf(field.type.columns[0]!), 'asc', true)
        assert.deepEqual(await readValues(database, table, field, order), ordered)
      })
    }
  })
}

async function checkKept(database: Database, field: AnyField, given: readonly unknown[]): Promise<void> {
  const answers = given.filter((value) => value !== undefined && value !== null).map((value) => parse(field, value))
  const values = answers.filter((answer) => answer.issues.length === 0).map((answer) => answer.value)
  const table = await storeValues(database, `any_${newId().slice(-12)}`, field, values)
  assert.deepEqual(await readValues(database, table, field, sql`"id"`), values)
}

type AnyField = Field<any, any, any> // any: whatever it holds

async function storeValues(
  database: Database,
  name: string,
  field: AnyField,
  values: readonly unknown[],
): Promise<TableShape> {
  const table = tableFor(database, name, field)
  await database.transaction(async (tx) => {
    for (const statement of database.dialect.schema.createTable(table)) await tx.script(statement)
    for (const value of values) await tx.execute(database.dialect.compile(insertion(database, table, field, value)))
  })
  return table
}

function tableFor({ dialect }: Database, name: string, field: Field): TableShape {
  const columns = field.type.columns.map((part) => ({
    name: columnName(part),
    typeName: dialect.typeName(part.type),
    isNullable: true,
  }))
  const id = { name: 'id', typeName: dialect.typeName({ kind: 'id' }), isNullable: false }
  return { name, columns: [id, ...columns], indexes: [], foreignKeys: [], primaryKey: ['id'] }
}

function insertion({ dialect }: Database, table: TableShape, field: Field, value: unknown): Sql {
  const id = dialect.cast({ kind: 'id' }, sql`${dialect.encode({ kind: 'id' }, newId())}`)
  const parts = field.type.columns.map((part) => {
    const held = part.key === undefined ? value : (value as Record<string, unknown> | null)?.[part.key]
    return dialect.cast(part.type, sql`${dialect.encode(part.type, held)}`)
  })
  const columns = table.columns.map((column) => sql.ref(column.name))
  return sql`insert into ${sql.table(table.name)} (${sql.join(columns)}) values (${sql.join([id, ...parts])})`
}

async function readValues(database: Database, table: TableShape, field: Field, order: Sql): Promise<unknown[]> {
  const { dialect } = database
  const text = dialect.jsonText(dialect.jsonObject([['value', jsonOf(database, field)]]))
  const statement = dialect.compile(sql`select ${text} from ${sql.table(table.name)} order by ${order}`)
  const rows: readonly Row[] = await database.read(statement)
  return rows.map(([json]) => JSON.parse(json as string).value)
}

function jsonOf({ dialect }: Database, field: Field): Sql {
  const [first] = field.type.columns
  if (first !== undefined && first.key === undefined) return dialect.json(first.type, columnOf(first))
  return dialect.jsonObject(field.type.columns.map((part) => [part.key!, dialect.json(part.type, columnOf(part))]))
}

function columnOf(part: ColumnPart): Sql {
  return sql.ref(columnName(part))
}

function columnName(part: ColumnPart): string {
  return part.suffix === undefined ? 'field' : `field_${part.suffix}`
}
