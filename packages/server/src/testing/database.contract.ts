import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  ConstraintError,
  type Database,
  type QueryOptions,
  type Row,
  type Sql,
  type SqlDialect,
  type TableShape,
  type Transaction,
  type TransactionOptions,
} from '../ports/database.ts'
import { sql } from '../ports/sql.ts'

/**
 * Registers the tests that every adapter of the `Database` port passes: one for each sentence of its contract.
 *
 * @param open  opens a new, empty database each time, which stops a read after `statementMs` if given; the test closes it.
 * @param cannot.stopReads  why this database neither stops a read nor does anything else while it runs one.
 */
export function databaseContract(
  name: string,
  open: (limits?: { readonly statementMs: number }) => Promise<Database>,
  cannot: { readonly stopReads?: string } = {},
): void {
  const promise = (sentence: string, prove: (database: TestDatabase) => Promise<void>) =>
    test(sentence, async () => {
      const database = await openWithTables(open)
      try {
        await prove(database)
      } finally {
        await database.close()
      }
    })

  describe(`${name} keeps the contract of a database`, () => {
    describe('statements', () => statementPromises(promise))
    describe('transactions', () => transactionPromises(promise))
    describe('conflicts', () => conflictPromises(promise))
    describe('savepoints', () => savepointPromises(promise))
    describe('constraints', () => constraintPromises(promise))
    describe('time limits', () => timePromises(promise))
    describe('long reads', { skip: cannot.stopReads ?? false }, () => longReadPromises(promise, open))
    describe('locks', () => lockPromises(promise))
    describe('closing', () => closingPromises(promise))
  })
}

type Promises = (sentence: string, prove: (database: TestDatabase) => Promise<void>) => void

function statementPromises(promise: Promises): void {
  promise('a row is an array in the order of the select list', async (database) => {
    await database.addItem(1, 3)
    assert.deepEqual(await database.read(sql`select stock, name, note, id from item`), [[3, 'item 1', null, 1]])
  })

  promise('a query returns what it changed, an execution how many', async (database) => {
    await database.transaction(async (tx) => {
      assert.deepEqual(
        await tx.query(sql`insert into item (id, name, stock) values (1, 'a', 1), (2, 'b', 1) returning id`),
        [[1], [2]],
      )
      assert.equal(await tx.execute(sql`update item set stock = 5`), 2)
      assert.equal(await tx.execute(sql`update item set stock = 6 where id = ${2}`), 1)
      assert.equal(await tx.execute(sql`delete from item where id = ${3}`), 0)
    })
  })

  promise('a script runs all of its statements', async (database) => {
    await database.transaction(async (tx) => {
      await tx.script(
        `insert into item (id, name, stock) values (1, 'semi;colon', 1); insert into item (id, name, stock) values (2, 'b', 2);`,
      )
    })
    assert.deepEqual(await database.read(sql`select name from item order by id`), [['semi;colon'], ['b']])
  })

  promise('an integer beyond 2^53 keeps its last digit', async (database) => {
    const [row] = await database.read(sql`select 9007199254740993, -9007199254740993, 9007199254740991`)
    assert.deepEqual(row?.map(String), ['9007199254740993', '-9007199254740993', '9007199254740991'])
  })

  promise('a thousand different statements can be run again and again', async (database) => {
    for (let index = 0; index < 3000; index += 1) {
      const [row] = await database.read(sql`select ${sql.lit(index % 1000)} + ${sql.lit(0)}`)
      assert.equal(Number(row?.[0]), index % 1000)
    }
  })

  promise('a statement prepared before its table changed still works', async (database) => {
    const all = sql`select * from item`
    for (let count = 0; count < 3; count += 1) assert.deepEqual(await database.read(all), [])
    await database.transaction(async (tx) => tx.script('alter table item add column colour varchar(20)'))
    await database.addItem(1, 3)
    assert.deepEqual(await database.read(all), [[1, 'item 1', 3, null, null]])
    await database.transaction(async (tx) => assert.deepEqual(await tx.query(all), [[1, 'item 1', 3, null, null]]))
  })

  promise('a statement that cannot be understood fails and leaves the database usable', async (database) => {
    await assert.rejects(async () => database.read(sql`selec 1`))
    await assert.rejects(database.transaction(async (tx) => tx.script('selec 1')))
    await database.ping()
  })

  promise('tables are found by name, absent ones are left out', async (database) => {
    const tables = await database.readTables(['item', 'absent'])
    assert.deepEqual(
      tables.map((table) => table.name),
      ['item'],
    )
  })
}

function transactionPromises(promise: Promises): void {
  promise('a transaction returns what its work returns', async (database) => {
    assert.equal(await database.transaction(async () => 'done'), 'done')
  })

  promise('a work that throws leaves nothing behind and its own error is thrown', async (database) => {
    const mine = new Error('mine')
    const failing = database.transaction(async (tx) => {
      await tx.insertItem(1, 1)
      throw mine
    })
    await assert.rejects(failing, (error) => error === mine)
    assert.equal(await database.countItems(), 0)
  })

  promise('tables made by a work that throws are gone', async (database) => {
    const failing = database.transaction(async (tx) => {
      await tx.script('create table made (id integer primary key); insert into made values (1)')
      throw new Error('mine')
    })
    await assert.rejects(failing, /mine/)
    await assert.rejects(async () => database.read(sql`select * from made`))
  })

  promise('a read sees a transaction from the moment it is acknowledged', async (database) => {
    const seen = Array.from({ length: 64 }, async (_, index) => {
      await database.addItem(index, 1)
      return database.read(sql`select id from item where id = ${index}`)
    })
    assert.deepEqual(
      await Promise.all(seen),
      Array.from({ length: 64 }, (_, index) => [[index]]),
    )
  })

  promise('a read never sees what has not been committed, the transaction itself does', async (database) => {
    await database.addItem(1, 10)
    await database.transaction(async (tx) => {
      await tx.execute(sql`update item set stock = 3 where id = 1`)
      await tx.insertItem(2, 1)
      assert.equal(await database.stockOf(1), 10)
      await sleep(20)
      assert.equal(await database.countItems(), 1)
      assert.deepEqual(await tx.query(sql`select stock from item order by id`), [[3], [1]])
    })
    assert.equal(await database.stockOf(1), 3)
  })

  promise('one of several transactions at once fails alone', async (database) => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        database.transaction(async (tx) => {
          await tx.insertItem(index, 1)
          if (index % 4 === 0) throw new Error('mine')
        }),
      ),
    )
    assert.equal(outcomes.filter(({ status }) => status === 'rejected').length, 5)
    assert.equal(await database.countItems(), 15)
  })

  promise(
    'a statement that fails outside a savepoint dooms its transaction, even when its error is caught',
    async (database) => {
      await database.addItem(1, 1)
      const doomed = database.transaction(async (tx) => {
        await tx.insertItem(2, 1)
        await assert.rejects(async () => tx.insertItem(1, 1), ConstraintError)
        await assert.rejects(async () => tx.insertItem(3, 1), ConstraintError)
      })
      await assert.rejects(doomed, ConstraintError)
      assert.equal(await database.countItems(), 1)
    },
  )

  promise(
    'what the last statement wrote is there when the transaction is acknowledged, whatever came before it',
    async (database) => {
      const insert = (id: number) =>
        sql`insert into item (id, name, stock) values (${id}, ${`item ${id}`}, 1) returning id`
      await database.transaction(async (tx) => tx.query(insert(1), { isLast: true }))
      await database.transaction(async (tx) => {
        await tx.insertItem(2, 1)
        return tx.query(insert(3), { isLast: true })
      })
      assert.equal(await database.countItems(), 3)
    },
  )

  promise('a last statement that fails takes with it what came before', async (database) => {
    await database.addItem(1, 1)
    const failing = database.transaction(async (tx) => {
      await tx.insertItem(2, 1)
      await tx.query(sql`insert into item (id, name, stock) values (1, 'again', 1) returning id`, { isLast: true })
    })
    await assert.rejects(failing, ConstraintError)
    assert.equal(await database.countItems(), 1)
  })

  promise('a last statement that wrote nothing may be followed by a look at why', async (database) => {
    await database.addItem(1, 4)
    const found = await database.transaction(async (tx) => {
      assert.deepEqual(await tx.query(sql`update item set stock = 1 where id = 7 returning id`, { isLast: true }), [])
      return tx.query(sql`select stock from item`)
    })
    assert.deepEqual(found, [[4]])
  })

  promise('a transaction cannot be used after its work has returned', async (database) => {
    const leaked = await database.transaction(async (tx) => ({ tx }))
    await assert.rejects(async () => leaked.tx.insertItem(1, 1), /transaction is over/)
    await assert.rejects(async () => leaked.tx.script('delete from item'), /transaction is over/)
    await assert.rejects(async () => leaked.tx.savepoint(async () => {}), /transaction is over/)
    assert.equal(await database.countItems(), 0)
  })

  promise('what runs on after the work has thrown changes nothing', async (database) => {
    let late: Promise<unknown> | undefined
    const failing = database.transaction(async (tx) => {
      late = sleep(5).then(() => tx.insertItem(1, 1))
      late.catch(() => {})
      throw new Error('mine')
    })
    await assert.rejects(failing, /mine/)
    await assert.rejects(async () => late, /transaction is over/)
    assert.equal(await database.countItems(), 0)
  })
}

function conflictPromises(promise: Promises): void {
  promise('two hundred conditional decrements of ten leave none and never less', async (database) => {
    await database.addItem(1, 10)
    const changed = await Promise.all(
      Array.from({ length: 200 }, () =>
        database.transaction(async (tx) =>
          tx.execute(sql`update item set stock = stock - 1 where id = 1 and stock > 0`),
        ),
      ),
    )
    assert.equal(changed.filter((count) => count === 1).length, 10)
    assert.equal(await database.stockOf(1), 0)
  })

  promise('reading for update and then writing loses no update', async (database) => {
    await database.addItem(1, 0)
    const increment = async (tx: TestTransaction) => {
      const [row] = await tx.query(sql`select stock from item where id = 1 ${database.dialect.forUpdate}`)
      await sleep(1)
      await tx.execute(sql`update item set stock = ${Number(row?.[0]) + 1} where id = 1`)
    }
    await Promise.all(Array.from({ length: 20 }, () => database.transaction(increment)))
    assert.equal(await database.stockOf(1), 20)
  })

  promise('transactions that take the same rows in opposite orders all succeed', async (database) => {
    await database.addItem(1, 0)
    await database.addItem(2, 0)
    const both = (first: number, second: number) => async (tx: TestTransaction) => {
      await tx.execute(sql`update item set stock = stock + 1 where id = ${first}`)
      await sleep(2)
      await tx.execute(sql`update item set stock = stock + 1 where id = ${second}`)
    }
    await Promise.all([both(1, 2), both(2, 1), both(1, 2), both(2, 1)].map((work) => database.transaction(work)))
    assert.deepEqual(await database.read(sql`select stock from item order by id`), [[4], [4]])
  })
}

function savepointPromises(promise: Promises): void {
  promise('a savepoint returns what its work returns', async (database) => {
    const value = await database.transaction(async (tx) =>
      tx.savepoint(async () => tx.insertItem(1, 1).then(() => 'done')),
    )
    assert.equal(value, 'done')
    assert.equal(await database.countItems(), 1)
  })

  promise('a failing statement in a savepoint undoes the savepoint and nothing else', async (database) => {
    await database.transaction(async (tx) => {
      await tx.insertItem(1, 1)
      const failing = tx.savepoint(async () => {
        await tx.insertItem(2, 1)
        await tx.insertItem(1, 1)
      })
      await assert.rejects(failing, ConstraintError)
      await tx.insertItem(3, 1)
    })
    assert.deepEqual(await database.read(sql`select id from item order by id`), [[1], [3]])
  })

  promise('a savepoint whose failed statement was caught inside it is undone all the same', async (database) => {
    await database.transaction(async (tx) => {
      const failing = tx.savepoint(async () => {
        await tx.insertItem(1, 1)
        await assert.rejects(async () => tx.insertItem(1, 1), ConstraintError)
      })
      await assert.rejects(failing, ConstraintError)
    })
    assert.equal(await database.countItems(), 0)
  })

  promise('a savepoint inside another is undone alone, or with it', async (database) => {
    const mine = new Error('mine')
    await database.transaction(async (tx) => {
      await tx.savepoint(async () => {
        await tx.insertItem(1, 1)
        await assert.rejects(
          tx.savepoint(async () => tx.insertItem(2, 1).then(() => Promise.reject(mine))),
          /mine/,
        )
        await tx.savepoint(async () => tx.insertItem(3, 1))
      })
      const outer = tx.savepoint(async () => {
        await tx.savepoint(async () => tx.insertItem(4, 1))
        throw mine
      })
      await assert.rejects(outer, (error) => error === mine)
    })
    assert.deepEqual(await database.read(sql`select id from item order by id`), [[1], [3]])
  })

  promise('a transaction that throws after a savepoint undoes the savepoint too', async (database) => {
    const failing = database.transaction(async (tx) => {
      await tx.savepoint(async () => tx.insertItem(1, 1))
      throw new Error('mine')
    })
    await assert.rejects(failing, /mine/)
    assert.equal(await database.countItems(), 0)
  })
}

function constraintPromises(promise: Promises): void {
  promise('a second value of a unique column is told with its table and columns', async (database) => {
    await database.addItem(1, 1)
    const error = await database.constraintBrokenBy(sql`insert into item (id, name, stock) values (2, 'item 1', 1)`)
    assert.deepEqual([error.kind, error.table, error.columns], ['unique', 'item', ['name']])
  })

  promise('a second key of two columns is told with both', async (database) => {
    await database.addItem(1, 1)
    const addPart = sql`insert into part (id, item, place) values (1, 1, 'left')`
    await database.transaction(async (tx) => tx.execute(addPart))
    const error = await database.constraintBrokenBy(sql`insert into part (id, item, place) values (2, 1, 'left')`)
    assert.deepEqual([error.kind, error.table, error.columns], ['unique', 'part', ['item', 'place']])
  })

  promise('a second primary key is a broken unique constraint', async (database) => {
    await database.addItem(1, 1)
    const error = await database.constraintBrokenBy(sql`insert into item (id, name, stock) values (1, 'other', 1)`)
    assert.deepEqual([error.kind, error.columns], ['unique', ['id']])
  })

  promise('a reference to nothing, and to a row that goes, is a broken foreign key', async (database) => {
    assert.equal(
      (await database.constraintBrokenBy(sql`insert into part (id, item, place) values (1, 7, 'left')`)).kind,
      'foreignKey',
    )
    await database.addItem(1, 1)
    await database.transaction(async (tx) => tx.execute(sql`insert into part (id, item, place) values (1, 1, 'left')`))
    assert.equal((await database.constraintBrokenBy(sql`delete from item where id = 1`)).kind, 'foreignKey')
  })

  promise('a missing value is told with its column', async (database) => {
    const error = await database.constraintBrokenBy(sql`insert into item (id, stock) values (1, 1)`)
    assert.deepEqual([error.kind, error.columns], ['notNull', ['name']])
  })

  promise('a value that a check forbids is told', async (database) => {
    assert.equal(
      (await database.constraintBrokenBy(sql`insert into item (id, name, stock) values (1, 'a', -1)`)).kind,
      'check',
    )
  })
}

function timePromises(promise: Promises): void {
  promise('a work that does not return in time is rolled back and refused from then on', async (database) => {
    let late: Promise<unknown> | undefined
    const slow = database.transaction(
      async (tx) => {
        await tx.insertItem(1, 1)
        late = sleep(250).then(() => tx.insertItem(2, 1))
        await late
      },
      { timeoutMs: 100 },
    )
    await assert.rejects(slow, { code: 'database_timeout' })
    await database.addItem(3, 1)
    await assert.rejects(async () => late)
    assert.deepEqual(await database.read(sql`select id from item`), [[3]])
  })

  promise('a work that runs one statement after the other is stopped in time', async (database) => {
    const farTooLong = database.transaction(
      async (tx) => {
        const endsAt = performance.now() + 3_000
        for (let index = 0; performance.now() < endsAt; index += 1) await tx.insertItem(index, 1)
      },
      { timeoutMs: 150 },
    )
    const startedAt = performance.now()
    await assert.rejects(farTooLong, { code: 'database_timeout' })
    assert.ok(performance.now() - startedAt < 2_000)
    assert.equal(await database.countItems(), 0)
  })

  promise('while a work runs many statements, the rest of the process gets its turns', async (database) => {
    let turns = 0
    const ticking = setInterval(() => (turns += 1), 5)
    await database.transaction(async (tx) => {
      const endsAt = performance.now() + 200
      for (let index = 0; performance.now() < endsAt; index += 1) await tx.insertItem(index, 1)
    })
    clearInterval(ticking)
    assert.ok(turns >= 3, `${turns} turns`)
  })

  promise('a work that takes long is not stopped before its own limit', async (database) => {
    await database.transaction(async (tx) => tx.insertItem(1, 1).then(() => sleep(300)), { timeoutMs: 30_000 })
    assert.equal(await database.countItems(), 1)
  })
}

/** Counts to `limit`, which takes about a second for each ten million. */
function counting(limit: number): Sql {
  return sql`with recursive n(x) as (select 1 union all select x + 1 from n where x < ${sql.lit(limit)}) select max(x) from n`
}

function longReadPromises(promise: Promises, open: Parameters<typeof databaseContract>[1]): void {
  test('a read that takes too long is stopped, and leaves the database usable', async () => {
    const database = new TestDatabase(await open({ statementMs: 1_500 }))
    try {
      const startedAt = performance.now()
      await assert.rejects(database.read(counting(4e9)), {
        code: 'database_statement_timeout',
        category: 'unavailable',
        message: /took longer than 1.5 s/,
      })
      assert.ok(performance.now() - startedAt < 10_000)
      assert.deepEqual(
        (await database.read(counting(10))).map((row) => row.map(Number)),
        [[10]],
      )
    } finally {
      await database.close()
    }
  })

  promise('while a read takes long, others are answered', async (database) => {
    let isOver = false
    let answered = 0
    const long = database.read(counting(1e6)).finally(() => (isOver = true))
    for (; !isOver; answered += 1) {
      await database.read(sql`select ${answered + 0}`)
      await sleep(1)
    }
    await long
    assert.ok(answered > 10, `${answered} answers`)
  })

  promise('the values of a long read are those of a short one', async (database) => {
    await database.addItem(1, 3)
    const values = sql`9007199254740993, 1.5, 'é', null, name, stock, note, id from item`
    const short = await database.read(sql`select ${values}`)
    const recursive = sql`with recursive n(x) as (select 1 union all select x + 1 from n where x < 3)`
    assert.deepEqual(await database.read(sql`${recursive} select ${values}, n where x = 3`), short)
  })

  promise('a long read sees every transaction that was acknowledged before it was asked', async (database) => {
    const counted = sql`with recursive n(x) as (select 1 union all select x + 1 from n where x < 2000)
      select count(distinct id) from item, n`
    for (let round = 1; round <= 5; round += 1) {
      const seen = [1, 2, 3, 4].map(async (of4) => {
        await database.addItem(round * 10 + of4, 1)
        return firstNumber(await database.read(counted))
      })
      for (const count of await Promise.all(seen)) assert.ok(count > (round - 1) * 4 && count <= round * 4)
      assert.equal(firstNumber(await database.read(counted)), round * 4)
    }
  })

  promise('a long read that fails tells why', async (database) => {
    const broken = sql`with recursive n(x) as (select 1 union all select x + 1 from n where x < 3) select nothing from n`
    await assert.rejects(database.read(broken), /nothing/)
  })

  promise('closing ends long reads, or waits for them', async (database) => {
    const long = database.read(counting(2e6)).then(firstNumber, (error) => error.code)
    await sleep(50)
    await database.close()
    assert.ok([2e6, 'database_unavailable'].includes(await long))
  })
}

function lockPromises(promise: Promises): void {
  promise('a lock on a name is held by one transaction at a time, and nobody waits for it', async (database) => {
    let holders = 0
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () =>
        database.transaction(async (tx) => {
          if (!(await tx.tryLock('nightly report'))) return 'refused'
          holders += 1
          assert.equal(holders, 1)
          await sleep(10)
          holders -= 1
          return 'held'
        }),
      ),
    )
    assert.ok(outcomes.includes('held'))
    assert.equal(await database.transaction(async (tx) => tx.tryLock('nightly report')), true)
  })

  promise('different names are different locks', async (database) => {
    const both = await database.transaction(async (tx) => [await tx.tryLock('one'), await tx.tryLock('two')])
    assert.deepEqual(both, [true, true])
  })

  promise('exclusive transactions never run at the same time', async (database) => {
    let running = 0
    const work = async () => {
      running += 1
      assert.equal(running, 1)
      await sleep(10)
      running -= 1
    }
    await Promise.all(Array.from({ length: 4 }, () => database.transaction(work, { lock: 'exclusive' })))
  })

  promise('an exclusive transaction is all or nothing too', async (database) => {
    const exclusive = { lock: 'exclusive' } as const
    await database.transaction(async (tx) => tx.insertItem(1, 1), exclusive)
    const failing = database.transaction(
      async (tx) => tx.insertItem(2, 1).then(() => Promise.reject(new Error('mine'))),
      exclusive,
    )
    await assert.rejects(failing, /mine/)
    assert.deepEqual(await database.read(sql`select id from item`), [[1]])
  })

  promise('an exclusive transaction that breaks a foreign key is not committed', async (database) => {
    const failing = database.transaction(
      async (tx) => tx.execute(sql`insert into part (id, item, place) values (1, 7, 'left')`),
      { lock: 'exclusive' },
    )
    await assert.rejects(failing, (error) => error instanceof ConstraintError && error.kind === 'foreignKey')
    assert.deepEqual(await database.read(sql`select id from part`), [])
    assert.equal(
      (await database.constraintBrokenBy(sql`insert into part (id, item, place) values (1, 7, 'left')`)).kind,
      'foreignKey',
    )
  })
}

function closingPromises(promise: Promises): void {
  promise('closing waits for what runs and for what waits, and refuses the rest', async (database) => {
    const acknowledged = Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        database.transaction(async (tx) => {
          await tx.insertItem(index, 1)
          if (index === 0) await sleep(50)
          return firstNumber(await tx.query(sql`select count(*) from item where id = ${index}`))
        }),
      ),
    )
    const closing = database.close()
    await assert.rejects(
      database.transaction(async () => {}),
      { code: 'database_unavailable' },
    )
    assert.deepEqual(await acknowledged, Array(30).fill(1))
    await closing
  })

  promise('closing twice is closing once', async (database) => {
    await Promise.all([database.close(), database.close()])
    await database.close()
  })

  promise('a closed database refuses everything', async (database) => {
    await database.close()
    const refused = { code: 'database_unavailable' }
    await assert.rejects(async () => database.read(sql`select 1`), refused)
    await assert.rejects(
      database.transaction(async () => {}),
      refused,
    )
    await assert.rejects(database.ping(), refused)
    await assert.rejects(database.readTables(['item']), refused)
  })
}

async function openWithTables(open: () => Promise<Database>): Promise<TestDatabase> {
  const database = new TestDatabase(await open())
  await database.transaction(async (tx) =>
    tx.script(`
      create table item (
        id integer not null primary key, name varchar(100) not null unique,
        stock integer not null check (stock >= 0), note varchar(100));
      create table part (
        id integer not null primary key, item integer not null references item (id), place varchar(100), unique (item, place))`),
  )
  return database
}

/** The database under test, taking SQL that any dialect can compile. */
class TestDatabase {
  readonly dialect: SqlDialect
  readonly #database: Database

  constructor(database: Database) {
    this.dialect = database.dialect
    this.#database = database
  }

  async read(query: Sql): Promise<readonly Row[]> {
    return this.#database.read(this.dialect.compile(query))
  }

  transaction<T>(work: (tx: TestTransaction) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.#database.transaction((tx) => work(new TestTransaction(tx, this.dialect)), options)
  }

  readTables(names: readonly string[]): Promise<readonly TableShape[]> {
    return this.#database.readTables(names)
  }

  ping(): Promise<void> {
    return this.#database.ping()
  }

  close(): Promise<void> {
    return this.#database.close()
  }

  async addItem(id: number, stock: number): Promise<void> {
    await this.transaction((tx) => tx.insertItem(id, stock))
  }

  async countItems(): Promise<number> {
    return firstNumber(await this.read(sql`select count(*) from item`))
  }

  async stockOf(id: number): Promise<number> {
    return firstNumber(await this.read(sql`select stock from item where id = ${id}`))
  }

  async constraintBrokenBy(statement: Sql): Promise<ConstraintError> {
    const error = await this.transaction((tx) => tx.execute(statement)).catch((thrown: unknown) => thrown)
    assert.ok(error instanceof ConstraintError, `expected a ConstraintError, got ${error}`)
    return error
  }
}

class TestTransaction {
  readonly #tx: Transaction
  readonly #dialect: SqlDialect

  constructor(tx: Transaction, dialect: SqlDialect) {
    this.#tx = tx
    this.#dialect = dialect
  }

  async query(query: Sql, options?: QueryOptions): Promise<readonly Row[]> {
    return this.#tx.query(this.#dialect.compile(query), options)
  }

  async execute(statement: Sql): Promise<number> {
    return this.#tx.execute(this.#dialect.compile(statement))
  }

  async script(text: string): Promise<void> {
    await this.#tx.script(text)
  }

  savepoint<T>(work: () => Promise<T>): Promise<T> {
    return this.#tx.savepoint(work)
  }

  async tryLock(name: string): Promise<boolean> {
    return this.#tx.tryLock(name)
  }

  async insertItem(id: number, stock: number): Promise<void> {
    await this.execute(sql`insert into item (id, name, stock) values (${id}, ${`item ${id}`}, ${stock})`)
  }
}

function firstNumber(rows: readonly Row[]): number {
  return Number(rows[0]?.[0])
}
