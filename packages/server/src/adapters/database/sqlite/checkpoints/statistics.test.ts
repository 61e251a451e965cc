import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, beforeEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../../../../ports/database.ts'
import { Connection } from '../connection.ts'
import { openSqliteDatabase } from '../sqlite-database.ts'
import { gatherStatistics } from './gather-statistics.ts'
import { tablesInNeed } from './tables-in-need.ts'

const folder = mkdtempSync(join(tmpdir(), 'galley-statistics-'))
after(() => rmSync(folder, { recursive: true }))

let file: string
let count = 0
beforeEach(() => {
  count += 1
  file = join(folder, `${count}.db`)
})

const createTable = `
  create table orders (row_key integer primary key, id text not null unique, customer text, status text, placed integer) strict;
  create index by_customer on orders (customer, placed, id);
  create index by_status on orders (status, placed, id)`
const fill = (from: number, to: number) => `
  with recursive n(i) as (select ${from} union all select i + 1 from n where i < ${to})
  insert into orders select i, printf('%08d', i), 'c' || (i % 5000), 's' || (i % 3), i from n`
const list = {
  text: 'select id from orders where customer = ? and status = ? order by placed, id limit 20',
  parameters: ['c1', 's1'],
}

async function openFilled(rows: number): Promise<Database> {
  const database = await openSqliteDatabase({ file })
  await database.transaction(async (tx) => tx.script(`${createTable}; ${fill(1, rows)}`))
  return database
}

/** Reads first: a connection sees then that the schema has changed, and one that only explains does not. */
async function planOf(database: Database): Promise<string> {
  await database.read(list)
  plansAsked += 1 // a statement that explains is not planned anew
  const plan = await database.read({ ...list, text: `explain query plan ${list.text} -- ${plansAsked}` })
  return String(plan[0]![3])
}
let plansAsked = 0

async function waitUntil(isSo: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + 10_000
  while (!(await isSo())) {
    assert.ok(performance.now() < giveUpAt, 'it took longer than ten seconds')
    await sleep(50)
  }
}

const byStatus = 'SEARCH orders USING INDEX by_status (status=?)'
const byCustomer = 'SEARCH orders USING INDEX by_customer (customer=?)'

test('of two indexes, the one that leads to fewer rows is taken soon, in every process and by what was asked before', async () => {
  const database = await openFilled(60_000)
  const other = await openSqliteDatabase({ file, readOnly: true })
  assert.deepEqual([await planOf(database), await planOf(other)], [byStatus, byStatus])
  const before = await database.read(list)
  await waitUntil(async () => (await planOf(database)) === byCustomer)
  assert.equal(await planOf(other), byCustomer)
  assert.deepEqual(await database.read(list), before)
  await other.close()
  await database.close()
})

test('a statement that was prepared before takes the other index, too', async () => {
  const database = await openFilled(60_000)
  await database.transaction(async (tx) =>
    tx.script('drop index by_status; create index by_status on orders (status, placed desc, id)'),
  )
  const reader = new DatabaseSync(file, { readOnly: true })
  const kept = reader.prepare("select placed from orders where customer = 'c1' and status = 's1' limit 1")
  assert.equal(kept.get()!.placed, 45_001) // the last comes first in `by_status` ...
  gatherOnce()
  assert.equal(kept.get()!.placed, 1) // ... and the first in `by_customer`
  reader.close()
  await database.close()
})

test('nothing is committed when the statistics are as they were', async () => {
  const database = await openFilled(60_000)
  const before = database.foreignCommits!()
  gatherOnce()
  const once = database.foreignCommits!()
  assert.notEqual(once, before)
  gatherOnce()
  assert.equal(database.foreignCommits!(), once)
  await sleep(1_500) // the look after the start has found nothing to do
  assert.equal(database.foreignCommits!(), once)
  await database.close()
})

test('a table is in need of statistics once it is large, again when it has grown tenfold, and when it has another index', async () => {
  const database = await openFilled(10_000)
  const inNeed = () => {
    const connection = new Connection(new DatabaseSync(file, { readOnly: true }), file)
    const tables = tablesInNeed(connection)
    connection.close()
    return tables
  }
  const run = (text: string) => database.transaction(async (tx) => tx.script(text))
  assert.deepEqual(inNeed(), [])
  await run(fill(10_001, 10_001))
  assert.deepEqual(inNeed(), ['orders'])
  gatherOnce()
  assert.deepEqual(inNeed(), [])
  await run(fill(10_002, 100_000))
  assert.deepEqual(inNeed(), [])
  await run(fill(100_001, 150_000))
  assert.deepEqual(inNeed(), ['orders'])
  gatherOnce()
  assert.deepEqual(inNeed(), [])
  await run('create index by_place on orders (placed, id)')
  assert.deepEqual(inNeed(), ['orders'])
  await database.close()
})

test('who writes at that moment is not disturbed, and nothing is left open', async () => {
  const database = await openFilled(20_000)
  const gatherer = new DatabaseSync(file, { timeout: 0 })
  await database.transaction(async (tx) => {
    await tx.script(fill(20_001, 20_001))
    assert.throws(() => gatherStatistics(gatherer, 'orders'), /locked/)
  })
  assert.equal(gatherer.isTransaction, false)
  gatherStatistics(gatherer, 'orders')
  assert.equal(gatherer.prepare("select count(*) as n from sqlite_schema where name = 'galley_reload'").get()!.n, 0)
  gatherer.close()
  await database.close()
})

test('closing while they are gathered leaves one file', async () => {
  const database = await openFilled(20_000)
  await sleep(1_005)
  await database.close()
  assert.equal(existsSync(`${file}-wal`), false)
  const reader = new DatabaseSync(file, { readOnly: true })
  assert.equal(reader.prepare('pragma integrity_check').get()!.integrity_check, 'ok')
  reader.close()
})

function gatherOnce(): void {
  const gatherer = new DatabaseSync(file, { timeout: 1_000 })
  gatherStatistics(gatherer, 'orders')
  gatherer.close()
}
