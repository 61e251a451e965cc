import type { CollectionModel, FieldModel } from '../../model/model.ts'
import type { Database, Sql, TableShape, Transaction } from '../../ports/database.ts'
import { sql } from '../../ports/sql.ts'
import { tablesFromModel } from '../../schema/tables-from-model.ts'
import { type MadeUp, madeUpId, madeUpValue } from './made-up-values.ts'

const timeoutMs = 2_000_000_000
const parametersAtOnce = 4_000

/** Creates the tables of the model in an empty database, fills them with what is made up, and lets the database look at it. */
export async function fillTables(madeUp: MadeUp, database: Database, onRows: (count: number) => void): Promise<void> {
  const { schema } = database.dialect
  const tables = tablesFromModel(madeUp.model, database.dialect)
  const run = (work: (tx: Transaction) => Promise<void>) => database.transaction(work, { timeoutMs, lock: 'exclusive' })
  await run(async (tx) => {
    for (const table of tables) await runAll(schema.createTable(bareTable(table)), tx)
    for (const collection of madeUp.model.collections.values())
      await fillCollection(collection, madeUp, database, tx, onRows)
    for (const table of tables)
      for (const index of table.indexes) if (!index.isUnique) await runAll(schema.createIndex(table, index), tx)
    if (database.dialect.gatherStatistics !== undefined) await tx.script(database.dialect.gatherStatistics)
  })
}

/** What is looked up while the table is filled; other indexes are built faster afterwards, and foreign keys are true anyway. */
function bareTable(table: TableShape): TableShape {
  return { ...table, indexes: table.indexes.filter((index) => index.isUnique), foreignKeys: [] }
}

async function runAll(statements: readonly string[], tx: Transaction): Promise<void> {
  for (const statement of statements) await tx.script(statement)
}

async function fillCollection(
  collection: CollectionModel,
  madeUp: MadeUp,
  database: Database,
  tx: Transaction,
  onRows: (count: number) => void,
): Promise<void> {
  const columns = [...collection.fields.values()].flatMap((field) => field.columns.map((column) => ({ field, column })))
  const valuesAt = (position: number) =>
    columns.map(({ field, column }) =>
      database.dialect.encode(column.type, madeUpValue(field, column, position, collection, madeUp)),
    )
  const count = madeUp.rowCounts.get(collection.name)!
  const names = columns.map(({ column }) => column.name)
  await insertRows(collection.table, names, count, valuesAt, database, tx, onRows)
  for (const field of collection.fields.values()) await fillJunction(field, collection, count, madeUp, database, tx)
}

async function fillJunction(
  { relation }: FieldModel,
  collection: CollectionModel,
  count: number,
  madeUp: MadeUp,
  database: Database,
  tx: Transaction,
): Promise<void> {
  if (relation?.kind !== 'manyToMany' || !relation.isOwner) return
  const targetCount = Math.max(madeUp.rowCounts.get(relation.target)!, 1)
  const pair = (position: number) => [
    madeUpId(collection.name, position % Math.max(count, 1), madeUp),
    madeUpId(relation.target, (position * 7 + Math.floor(position / Math.max(count, 1))) % targetCount, madeUp),
  ]
  const names = [relation.ownColumn, relation.targetColumn]
  await insertRows(relation.junction, names, count * linksEach, pair, database, tx, () => {})
}
const linksEach = 2

/** A row that would break a unique index is left out. */
async function insertRows(
  table: string,
  names: readonly string[],
  count: number,
  valuesAt: (position: number) => readonly unknown[],
  { dialect }: Database,
  tx: Transaction,
  onRows: (count: number) => void,
): Promise<void> {
  const rowsAtOnce = Math.max(1, Math.floor(parametersAtOnce / names.length))
  let whole: string | undefined
  for (let begin = 0; begin < count; begin += rowsAtOnce) {
    const size = Math.min(rowsAtOnce, count - begin)
    const parameters = Array.from({ length: size }, (_row, offset) => valuesAt(begin + offset)).flat()
    const text: string =
      size === rowsAtOnce && whole !== undefined ? whole : dialect.compile(insertSql(table, names, size)).text
    if (size === rowsAtOnce) whole = text
    await tx.execute({ text, parameters })
    onRows(size)
  }
}

function insertSql(table: string, names: readonly string[], rowCount: number): Sql {
  const row = sql`(${sql.join(names.map(() => sql`${null}`))})`
  const rows = sql.join(Array.from({ length: rowCount }, () => row))
  return sql`insert into ${sql.table(table)} (${sql.join(names.map((name) => sql.ref(name)))}) values ${rows} on conflict do nothing`
}
