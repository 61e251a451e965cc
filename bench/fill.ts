import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { type Table, tables } from './data.ts'

/** Fills the tables that galley has made, straight: a million products in a minute. */
export async function fill(databaseUrl: string, products: number): Promise<void> {
  if (databaseUrl.startsWith('sqlite:')) return fillSqlite(databaseUrl.slice('sqlite:'.length), products)
  return fillPostgres(databaseUrl, products)
}

function fillSqlite(file: string, products: number): void {
  const database = new DatabaseSync(file)
  database.exec('pragma cache_size = -400000; begin')
  for (const table of tables) {
    const marks = table.columns.map(() => '?').join(', ')
    const insert = database.prepare(`insert into ${table.name} (${columnList(table)}) values (${marks})`)
    for (let index = 0; index < table.count(products); index += 1) insert.run(...table.row(index))
  }
  database.exec('commit; analyze; pragma wal_checkpoint(truncate)')
  database.close()
}

const rowsPerStatement = 10_000

async function fillPostgres(url: string, products: number): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  for (const table of tables) {
    const arrays = table.columns.map(({ type }, index) => `$${index + 1}::${type}[]`).join(', ')
    const text = `insert into ${table.name} (${columnList(table)}) select * from unnest(${arrays})`
    const count = table.count(products)
    for (let first = 0; first < count; first += rowsPerStatement)
      await client.query(text, columnsOf(table, first, Math.min(first + rowsPerStatement, count)))
  }
  await client.query('vacuum analyze')
  await client.end()
}

function columnList({ columns }: Table): string {
  return columns.map(({ name }) => name).join(', ')
}

/** The rows from one number to before another, column by column. */
function columnsOf(table: Table, first: number, end: number): (string | number)[][] {
  const values: (string | number)[][] = table.columns.map(() => [])
  for (let index = first; index < end; index += 1)
    for (const [position, value] of table.row(index).entries()) values[position]!.push(value)
  return values
}
