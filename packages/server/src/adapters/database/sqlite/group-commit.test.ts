import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ConstraintError, type Database, type Statement, type Transaction } from '../../../ports/database.ts'
import { openSqliteDatabase } from './sqlite-database.ts'

const folder = await mkdtemp(join(tmpdir(), 'galley-test-'))
after(() => rm(folder, { recursive: true, force: true }))

test('transactions that arrive together share one commit', async () => {
  await using subject = await openCounted()
  await Promise.all(Array.from({ length: 32 }, (_, index) => subject.insert(index)))
  assert.equal(subject.commits(), 1)
  assert.equal(await subject.count(), 32)
})

test('transactions that wait for one another have a commit each', async () => {
  await using subject = await openCounted()
  for (let index = 0; index < 5; index += 1) await subject.insert(index)
  assert.equal(subject.commits(), 5)
})

test('a group has a bound', async () => {
  await using subject = await openCounted()
  await Promise.all(Array.from({ length: 600 }, (_, index) => subject.insert(index)))
  assert.ok(subject.commits() >= 3, `${subject.commits()} commits`)
  assert.equal(await subject.count(), 600)
})

test('while a group runs, the rest of the process gets its turns', async () => {
  await using subject = await openCounted()
  let turns = 0
  const ticking = setInterval(() => (turns += 1), 1)
  const busy = (id: number) =>
    subject.database.transaction(async (tx) => {
      for (const endsAt = performance.now() + 3; performance.now() < endsAt; );
      await tx.execute(insertion(id))
    })
  await Promise.all(Array.from({ length: 40 }, (_, index) => busy(index)))
  clearInterval(ticking)
  assert.ok(turns >= 10, `${turns} turns`)
})

test('a group of failures commits nothing', async () => {
  await using subject = await openCounted()
  await subject.insert(1)
  const before = subject.commits()
  await Promise.allSettled([subject.insert(1), subject.insert(1), subject.insert(1)])
  assert.equal(subject.commits(), before)
})

test('an exclusive transaction shares no commit, and order is kept around it', async () => {
  await using subject = await openCounted()
  const order: number[] = []
  const noted = (id: number, lock: 'shared' | 'exclusive') =>
    subject.database.transaction(
      async (tx) => {
        order.push(id)
        await tx.execute(insertion(id))
      },
      { lock },
    )
  await Promise.all([
    noted(1, 'shared'),
    noted(2, 'shared'),
    noted(3, 'exclusive'),
    noted(4, 'shared'),
    noted(5, 'shared'),
  ])
  assert.deepEqual(order, [1, 2, 3, 4, 5])
  assert.equal(subject.commits(), 3)
})

test('nobody hears of success before the commit', async () => {
  await using subject = await openCounted()
  const commitsAtSuccess = await Promise.all(
    Array.from({ length: 10 }, (_, index) => subject.insert(index).then(() => subject.commits())),
  )
  assert.deepEqual(commitsAtSuccess, Array(10).fill(1))
})

test('nobody hears of a failure that was caused by what may still be lost', async () => {
  await using subject = await openCounted()
  const first = subject.database.transaction(async (tx) => tx.execute(insertion(1)))
  const second = subject.insert(1).catch(() => subject.commits())
  await first
  assert.equal(await second, 1)
})

test('a commit that fails fails the whole group, and the next one works', async () => {
  await using subject = await openCounted()
  await subject.database.transaction(async (tx) =>
    tx.script('create table later (item integer references item (id) deferrable initially deferred)'),
  )
  const outcomes = await Promise.allSettled([
    subject.insert(1),
    subject.database.transaction(async (tx) => tx.script('insert into later values (7)')),
    subject.insert(2),
  ])
  assert.deepEqual(
    outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason instanceof ConstraintError),
    [true, true, true],
  )
  await subject.insert(3)
  assert.equal(await subject.count(), 1)
})

test('a member that takes too long is rolled back alone, before and behind it nothing is lost', async () => {
  await using subject = await openCounted()
  const outcomes = await Promise.allSettled([
    subject.insert(1),
    subject.database.transaction(
      async (tx) => {
        await tx.execute(insertion(2))
        await sleep(60_000, undefined, { ref: false })
      },
      { timeoutMs: 80 },
    ),
    subject.insert(3),
  ])
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  assert.deepEqual(await subject.ids(), [1, 3])
})

test('a full database answers with database_unavailable, keeps what it has, and works again when there is room', async () => {
  await using subject = await openCounted()
  await subject.insert(1)
  const [row] = await subject.database.read(statement('pragma page_count'))
  const fill = async (tx: Transaction) => {
    await tx.script(`pragma max_page_count = ${Number(row?.[0]) + 10}`)
    await tx.script('create table filler (bytes blob); insert into filler values (zeroblob(1000000))')
  }
  await assert.rejects(subject.database.transaction(fill), { code: 'database_unavailable' })
  await subject.database.transaction(async (tx) => tx.script('pragma max_page_count = 1000000'))
  await subject.insert(2)
  assert.deepEqual(await subject.ids(), [1, 2])
})

test('a script that ends its transaction is refused', async () => {
  await using subject = await openCounted()
  await assert.rejects(subject.database.transaction(async (tx) => tx.script('commit')))
  await assert.rejects(subject.database.transaction(async (tx) => tx.script('rollback; begin')))
  await subject.insert(1)
  assert.deepEqual(await subject.ids(), [1])
})

test('savepoints that overlap instead of nesting fail their transaction', async () => {
  await using subject = await openCounted()
  const overlapping = subject.database.transaction(async (tx) => {
    const insertLater = async (id: number, delayMs: number) => {
      await sleep(delayMs)
      await tx.execute(insertion(id))
    }
    await Promise.all([tx.savepoint(() => insertLater(1, 5)), tx.savepoint(() => insertLater(2, 20))])
  })
  await assert.rejects(overlapping)
  await subject.insert(3)
  assert.deepEqual(await subject.ids(), [3])
})

test('while another process writes, the event loop runs on and the transaction waits its turn', async () => {
  await using subject = await openCounted()
  const other = new DatabaseSync(subject.file)
  other.exec('begin immediate; insert into item (id) values (1)')
  let longestGapMs = 0
  let lastTick = performance.now()
  const ticking = setInterval(() => {
    longestGapMs = Math.max(longestGapMs, performance.now() - lastTick)
    lastTick = performance.now()
  }, 1)
  setTimeout(() => other.exec('commit'), 300)
  await subject.insert(2)
  clearInterval(ticking)
  other.close()
  assert.ok(longestGapMs < 150, `stopped for ${longestGapMs} ms`)
  assert.deepEqual(await subject.ids(), [1, 2])
})

test('a transaction that waits too long for another process is refused as busy, those with more patience go on', async () => {
  await using subject = await openCounted()
  const other = new DatabaseSync(subject.file)
  other.exec('begin immediate')
  setTimeout(() => other.exec('rollback'), 250)
  const hurried = subject.database.transaction(async (tx) => tx.execute(insertion(1)), { timeoutMs: 100 })
  const patient = subject.insert(2)
  await assert.rejects(hurried, { code: 'database_busy' })
  await patient
  other.close()
  assert.deepEqual(await subject.ids(), [2])
})

test('an exclusive transaction may make a table anew that others point at', async () => {
  await using subject = await openCounted()
  await subject.insert(1)
  await subject.database.transaction(async (tx) =>
    tx.script('create table part (item integer not null references item (id)); insert into part values (1)'),
  )
  const remake = `create table remade (id integer primary key, note text) strict; insert into remade (id) select id from item;
    drop table item; alter table remade rename to item`
  await subject.database.transaction(async (tx) => tx.script(remake), { lock: 'exclusive' })
  const orphaned = subject.database.transaction(async (tx) => tx.script('delete from item'), { lock: 'exclusive' })
  await assert.rejects(orphaned, (error) => error instanceof ConstraintError && error.table === 'part')
  assert.deepEqual(await subject.ids(), [1])
  await assert.rejects(
    subject.database.transaction(async (tx) => tx.script('delete from item')),
    ConstraintError,
  )
})

interface Counted extends AsyncDisposable {
  readonly file: string
  readonly database: Database
  /** Commits since the table was made, read from the write-ahead log. */
  commits(): number
  insert(id: number): Promise<unknown>
  count(): Promise<number>
  ids(): Promise<readonly unknown[]>
}

let files = 0

async function openCounted(): Promise<Counted> {
  const file = join(folder, `${++files}.db`)
  const database = await openSqliteDatabase({ file })
  await database.transaction(async (tx) => tx.script('create table item (id integer primary key) strict'))
  const before = commitsIn(`${file}-wal`)
  const ids = async () => (await database.read(statement('select id from item order by id'))).map((row) => row[0])
  return {
    file,
    database,
    commits: () => commitsIn(`${file}-wal`) - before,
    insert: (id) => database.transaction(async (tx) => tx.execute(insertion(id))),
    count: async () => (await ids()).length,
    ids,
    [Symbol.asyncDispose]: () => database.close(),
  }
}

function insertion(id: number): Statement {
  return statement('insert into item (id) values (?)', id)
}

function statement(text: string, ...parameters: unknown[]): Statement {
  return { text, parameters }
}

// The format is that of sqlite.org/fileformat2.html, 4.1: a frame whose second word is not zero ends a commit.
function commitsIn(log: string): number {
  const bytes = readFileSync(log)
  const pageSize = bytes.readUInt32BE(8)
  const salt = bytes.subarray(16, 24)
  let commits = 0
  for (let at = 32; at + 24 + pageSize <= bytes.length; at += 24 + pageSize) {
    const isCurrent = bytes.subarray(at + 8, at + 16).equals(salt)
    if (isCurrent && bytes.readUInt32BE(at + 4) !== 0) commits += 1
  }
  return commits
}
