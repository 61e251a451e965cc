import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { breakableNetwork } from '../../../../../../tests/breakable-network.ts'
import { testPostgresUrl } from '../../../../../../tests/postgres-server.ts'
import { ConstraintError, type Database, type Statement, type Transaction } from '../../../ports/database.ts'
import { databaseContract } from '../../../testing/database.contract.ts'
import { openPostgresDatabase, type PostgresOptions } from './postgres-database.ts'

databaseContract('PostgreSQL', async (limits) => openPostgresDatabase({ url: await testPostgresUrl(), ...limits }))

describe('conflicts', () => {
  test('a serialization failure runs the work again from its start', async () => {
    await using database = await openDisposable()
    await makeItems(database, 2)
    let runs = 0
    // Write skew: each takes its own item when both are there, so that only one may.
    const takeWhenBothAreThere = (id: number) => async (tx: Transaction) => {
      runs += 1
      await tx.script('set transaction isolation level serializable')
      const [row] = await tx.query(statement('select sum(stock) from item'))
      await sleep(30)
      if (row?.[0] === '2') await tx.execute(statement('update item set stock = 0 where id = $1', id))
    }
    await Promise.all([database.transaction(takeWhenBothAreThere(1)), database.transaction(takeWhenBothAreThere(2))])
    assert.equal(runs, 3)
    assert.deepEqual(await database.read(statement('select sum(stock) from item')), [['1']])
  })

  test('a conflict that never ends is given up as busy after five more runs', async () => {
    await using database = await openDisposable()
    let runs = 0
    const conflict = `do $$ begin raise exception 'no' using errcode = 'serialization_failure'; end $$`
    const failing = database.transaction(async (tx) => {
      runs += 1
      await tx.script(conflict)
    })
    await assert.rejects(failing, { code: 'database_busy' })
    assert.equal(runs, 6)
  })

  test('a failed statement that nobody awaited cannot be committed', async () => {
    await using database = await openDisposable()
    await makeItems(database, 1)
    const careless = database.transaction(async (tx) => {
      await tx.execute(statement('insert into item values (2, 1)'))
      Promise.resolve(tx.execute(statement('insert into item values (1, 1)'))).catch(() => {})
    })
    await assert.rejects(careless, ConstraintError)
    assert.deepEqual(await database.read(statement('select id from item')), [[1]])
  })

  test('statements of one transaction may be started together', async () => {
    await using database = await openDisposable()
    await makeItems(database, 1)
    const rows = await database.transaction(async (tx) =>
      Promise.all([5, 6, 7].map(async (n) => (await tx.query(statement('select $1::integer from item', n)))[0]?.[0])),
    )
    assert.deepEqual(rows, [5, 6, 7])
  })
})

describe('a server that goes away', () => {
  test('while connections are idle is not noticed by who comes after its return', async () => {
    await using network = await breakableNetwork(await testPostgresUrl())
    await using database = await openDisposable({ url: network.url })
    await makeItems(database, 1)
    await Promise.all(Array.from({ length: 10 }, () => database.ping()))
    await network.break()
    await network.mend()
    assert.deepEqual(await database.read(statement('select id from item')), [[1]])
    await database.transaction(async (tx) => tx.execute(statement('insert into item values (2, 1)')))
  })

  test('is unavailable to everybody, and available when it is back', async () => {
    await using network = await breakableNetwork(await testPostgresUrl())
    await using database = await openDisposable({ url: network.url })
    await makeItems(database, 1)
    await network.break()
    await assert.rejects(database.ping(), { code: 'database_unavailable' })
    await assert.rejects(async () => database.read(statement('select 1')), { code: 'database_unavailable' })
    await assert.rejects(
      database.transaction(async () => {}),
      { code: 'database_unavailable' },
    )
    await network.mend()
    await database.ping()
  })

  test('in the middle of a transaction fails it and runs nothing twice', async () => {
    await using network = await breakableNetwork(await testPostgresUrl())
    await using database = await openDisposable({ url: network.url })
    await makeItems(database, 0)
    let runs = 0
    const failing = database.transaction(async (tx) => {
      runs += 1
      await tx.execute(statement('insert into item values (1, 1)'))
      await network.break()
      await tx.execute(statement('insert into item values (2, 1)'))
    })
    await assert.rejects(failing, { code: 'database_unavailable' })
    await network.mend()
    assert.equal(runs, 1)
    assert.deepEqual(await database.read(statement('select id from item')), [])
  })

  test('between two statements of a transaction, while it waits for something else, stops nothing else', async () => {
    await using database = await openDisposable()
    await makeItems(database, 0)
    const failing = database.transaction(async (tx) => {
      const [row] = await tx.query(statement('select pg_backend_pid()'))
      await database.read(statement('select pg_terminate_backend($1)', row?.[0]))
      await sleep(50)
      await tx.execute(statement('insert into item values (1, 1)'))
    })
    await assert.rejects(failing, { code: 'database_unavailable' })
    await database.ping()
  })

  test('without a word is given up after the time limit', async () => {
    await using network = await breakableNetwork(await testPostgresUrl())
    const database = await openPostgresDatabase({ url: network.url, connectTimeoutMs: 300 })
    const hanging = database.transaction(
      async (tx) => {
        network.freeze()
        await tx.query(statement('select 1'))
      },
      { timeoutMs: 200 },
    )
    await assert.rejects(hanging, { code: 'database_timeout' })
    await database.ping()
    await database.close()
  })

  test('before the start is told at once', async () => {
    const url = await testPostgresUrl()
    const unavailable = { code: 'database_unavailable' }
    await assert.rejects(openPostgresDatabase({ url: 'postgres://galley@127.0.0.1:1/none' }), unavailable)
    await assert.rejects(openPostgresDatabase({ url: url.replace(/galley_\w+/, 'absent') }), unavailable)
    await assert.rejects(openPostgresDatabase({ url: 'postgres://galley@256.0.0.1/none' }), unavailable)
    await assert.rejects(openPostgresDatabase({ url: 'what is this' }), unavailable)
  })
})

describe('time limits', () => {
  test('a slow statement is stopped on the server', async () => {
    await using database = await openDisposable()
    const slow = database.transaction(async (tx) => tx.script('select pg_sleep(30)'), { timeoutMs: 200 })
    await assert.rejects(slow, { code: 'database_timeout' })
    await eventually(async () => assert.equal(await countSleeping(database), 0))
  })

  test('a statement that runs when the time of its transaction is over is stopped on the server', async () => {
    await using database = await openDisposable()
    const slow = database.transaction(
      async (tx) => {
        await sleep(1500)
        await tx.script('select pg_sleep(2.9)')
      },
      { timeoutMs: 3000 },
    )
    await assert.rejects(slow, { code: 'database_timeout' })
    await eventually(async () => assert.equal(await countSleeping(database), 0), 800)
  })

  test('a row that a timed-out transaction had locked is free', async () => {
    await using database = await openDisposable()
    await makeItems(database, 1)
    const change = statement('update item set stock = stock + 1 where id = 1')
    const hanging = async (tx: Transaction) => {
      await tx.execute(change)
      await sleep(5_000, undefined, { ref: false })
    }
    await assert.rejects(database.transaction(hanging, { timeoutMs: 100 }), { code: 'database_timeout' })
    await database.transaction(async (tx) => tx.execute(change), { timeoutMs: 1000 })
  })

  test('whoever finds no free connection in time is told that the database is unavailable', async () => {
    await using database = await openDisposable({ maxConnections: 1, connectTimeoutMs: 100 })
    const holding = database.transaction(async (tx) => {
      await tx.query(statement('select 1'))
      await sleep(400)
    })
    await assert.rejects(async () => database.read(statement('select 1')), { code: 'database_unavailable' })
    await holding
    await database.ping()
  })
})

describe('reads at once', () => {
  test('share connections while they are quick', async () => {
    // One by one they would wait for the only connection longer than anybody may.
    await using database = await openDisposable({ maxConnections: 1, connectTimeoutMs: 150 })
    const nap = statement('select $1::integer, pg_sleep(0.002)', 1)
    for (let count = 0; count < 12; count += 1) await database.read(nap)
    await Promise.all(Array.from({ length: 150 }, () => database.read(nap)))
  })

  test('each get their own answer, in whatever shape it comes', async () => {
    await using database = await openDisposable()
    const number = (value: number) => statement('select $1::integer, $1::text, null::integer', value)
    const list = (value: number) => statement('select unnest($1::integer[])', [value, value + 1])
    const none = (value: number) => statement('select 1 where $1::integer < 0', value)
    for (let round = 0; round < 8; round += 1) {
      const all = Array.from({ length: 30 }, (_, index) => index)
      const rows = await Promise.all(all.map((index) => database.read([number, list, none][index % 3]!(index))))
      assert.deepEqual(
        rows,
        all.map((index) => [[[index, `${index}`, null]], [[index], [index + 1]], []][index % 3]),
      )
    }
  })

  test('fail alone', async () => {
    await using database = await openDisposable()
    const divide = (by: number) => statement('select 12 / $1::integer', by)
    for (let round = 0; round < 8; round += 1) await database.read(divide(1))
    const results = await Promise.allSettled([1, 0, 2, 0, 3, 4].map((by) => database.read(divide(by))))
    assert.deepEqual(
      results.map((result) => (result.status === 'fulfilled' ? result.value[0]?.[0] : result.reason.code)),
      [12, '22012', 6, '22012', 4, 3],
    )
  })

  test('go to the server and come back in one piece', async () => {
    await using database = await openDisposable()
    const read = statement('select pg_backend_pid(), transaction_timestamp()')
    const pieces = async () => {
      await warmUp(database, read)
      const rows = await Promise.all(Array.from({ length: 4 }, () => database.read(read)))
      return new Set(rows.map((row) => JSON.stringify(row))).size
    }
    // A machine that is busy may make one of them look slow; those go alone.
    let fewest = await pieces()
    for (let tries = 1; tries < 10 && fewest > 1; tries += 1) fewest = Math.min(fewest, await pieces())
    assert.equal(fewest, 1)
  })

  test('bring every text back as it was, however long', async () => {
    await using database = await openDisposable()
    const echo = (text: string | null) => statement('select $1::text, 1, $1::text', text)
    await warmUp(database, echo('warm'))
    const texts = [
      '',
      'Grüße, 茶, 🍵',
      null,
      'x'.repeat(300_000),
      'ü'.repeat(100_000),
      '\u0001\n"\\',
      '🍵'.repeat(50_000),
    ]
    for (let round = 0; round < 3; round += 1) {
      const rows = await Promise.all([...texts, ...texts, ...texts].map((text) => database.read(echo(text))))
      assert.deepEqual(
        rows,
        [...texts, ...texts, ...texts].map((text) => [[text, 1, text]]),
      )
    }
  })

  test('are told each on its own that they took too long, and the others are answered', async () => {
    await using database = await openDisposable({ statementMs: 200 })
    const nap = (seconds: number) => statement('select $1::text, pg_sleep($1::text::float)', `${seconds}`)
    await warmUp(database, nap(0))
    const results = await Promise.allSettled([0, 0.6, 0, 0, 0].map((seconds) => database.read(nap(seconds))))
    assert.deepEqual(
      results.map((result) => (result.status === 'fulfilled' ? result.value[0]?.[0] : result.reason.code)),
      ['0', 'database_statement_timeout', '0', '0', '0'],
    )
  })

  test('of different statements see what was committed before they were asked', async () => {
    await using database = await openDisposable()
    await makeItems(database, 1)
    const stock = statement('select stock from item')
    const count = statement('select count(*)::integer from item')
    await warmUp(database, stock)
    await warmUp(database, count)
    for (let round = 2; round < 30; round += 1) {
      await database.transaction(async (tx) => tx.execute(statement('update item set stock = $1', round)))
      const rows = await Promise.all([stock, count, stock, count].map((read) => database.read(read)))
      assert.deepEqual(rows, [[[round]], [[1]], [[round]], [[1]]])
    }
  })

  test('run again elsewhere when the server ends their connection', async () => {
    const url = await testPostgresUrl()
    await using database = await openDisposable({ url })
    await using other = await openDisposable({ url })
    const nap = statement('select pg_backend_pid(), pg_sleep(0.002)')
    for (let count = 0; count < 12; count += 1) await database.read(nap)
    const reads = Promise.all(Array.from({ length: 100 }, () => database.read(nap)))
    const own = `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and query like '%pg_sleep%'`
    await sleep(20)
    assert.notEqual((await other.read(statement(own))).length, 0)
    assert.equal((await reads).length, 100)
  })

  test('do not wait for one that is slow', async () => {
    await using database = await openDisposable()
    const nap = (seconds: number) => statement('select pg_sleep($1)', seconds)
    for (let count = 0; count < 12; count += 1) await database.read(nap(0)) // taken for quick now
    await sharedPids(database, 1)
    const slow = database.read(nap(1.5))
    await sleep(50) // long enough to be noticed
    const startedAt = performance.now()
    await sharedPids(database, 5)
    assert.ok(performance.now() - startedAt < 1_000)
    await slow
  })

  test('leave a connection to transactions, even the only one', async () => {
    await using database = await openDisposable({ maxConnections: 1 })
    await sharedPids(database, 5)
    let isOver = false
    const reading = Array.from({ length: 4 }, async () => {
      while (!isOver) await sharedPids(database, 5)
    })
    await database.transaction(async (tx) => tx.query(statement('select 1')))
    isOver = true
    await Promise.all(reading)
  })

  test('of a table that changes meanwhile find it as it is', async () => {
    const url = await testPostgresUrl()
    await using database = await openDisposable({ url })
    await using migrating = await openDisposable({ url })
    await makeItems(database, 1)
    const all = statement('select * from item')
    const read = () => Promise.all(Array.from({ length: 20 }, () => database.read(all)))
    for (let round = 0; round < 8; round += 1) await read()
    await migrating.transaction(async (tx) => tx.script('alter table item add column note text'))
    for (const rows of await read()) assert.deepEqual(rows, [[1, 1, null]])
    for (const rows of await read()) assert.deepEqual(rows, [[1, 1, null]])
  })
})

describe('the last statement of a transaction', () => {
  const insert = (id: number) => statement('insert into item values ($1, 1) returning id', id)
  const last = (database: Database, id: number) =>
    database.transaction(async (tx) => tx.query(insert(id), { isLast: true }))

  test('is committed with it, alone or after others', async () => {
    await using database = await openDisposable()
    await makeItems(database, 0)
    assert.deepEqual(await last(database, 1), [[1]])
    await database.transaction(async (tx) => {
      await tx.execute(statement('update item set stock = 7'))
      await tx.query(insert(2), { isLast: true })
    })
    assert.deepEqual(await database.read(statement('select id, stock from item order by id')), [
      [1, 7],
      [2, 1],
    ])
  })

  test('takes what came before with it when it fails, and nobody else', async () => {
    await using database = await openDisposable()
    await makeItems(database, 1)
    const failing = database.transaction(async (tx) => {
      await tx.execute(statement('update item set stock = 7'))
      await tx.query(insert(1), { isLast: true })
    })
    await assert.rejects(failing, ConstraintError)
    const ids = [2, 3, 1, 4, 1, 5]
    const results = await Promise.allSettled(ids.map((id) => last(database, id)))
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'],
    )
    const items = await database.read(statement('select id, stock from item order by id'))
    assert.deepEqual(
      items,
      [1, 2, 3, 4, 5].map((id) => [id, 1]),
    )
  })

  test('may be followed by a look at why it did nothing', async () => {
    await using database = await openDisposable()
    await makeItems(database, 1)
    const found = await database.transaction(async (tx) => {
      const none = await tx.query(statement('update item set stock = 2 where id = 7 returning id'), { isLast: true })
      return [none, await tx.query(statement('select count(*)::integer from item'))]
    })
    assert.deepEqual(found, [[], [[1]]])
  })

  test('in a savepoint is undone with it', async () => {
    await using database = await openDisposable()
    await makeItems(database, 0)
    await database.transaction(async (tx) => {
      const undone = tx.savepoint(async () => {
        await tx.query(insert(1), { isLast: true })
        throw new Error('mine')
      })
      await assert.rejects(undone, /mine/)
    })
    assert.deepEqual(await database.read(statement('select id from item')), [])
  })

  test('that meets a conflict is run again', async () => {
    await using database = await openDisposable()
    await makeItems(database, 0)
    await database.transaction(async (tx) =>
      tx.script(`create sequence attempts; create function fail_twice() returns trigger language plpgsql as $$ begin
        if nextval('attempts') < 3 then raise exception 'no' using errcode = 'serialization_failure'; end if; return new; end $$;
        create trigger fail_twice before insert on item for each row execute function fail_twice()`),
    )
    await last(database, 1)
    assert.deepEqual(await database.read(statement('select id from item')), [[1]])
  })

  test('does not meet a connection that died while it was idle', async () => {
    await using network = await breakableNetwork(await testPostgresUrl())
    await using database = await openDisposable({ url: network.url })
    await makeItems(database, 0)
    await Promise.all(Array.from({ length: 10 }, (_, index) => last(database, index)))
    await network.break()
    await network.mend()
    await sleep(1_100)
    await Promise.all(Array.from({ length: 10 }, (_, index) => last(database, 10 + index)))
    assert.deepEqual(await database.read(statement('select count(*)::integer from item')), [[20]])
  })

  test('whose connection is lost under it is not run twice', async () => {
    await using network = await breakableNetwork(await testPostgresUrl())
    await using database = await openDisposable({ url: network.url })
    await makeItems(database, 0)
    await last(database, 1)
    let runs = 0
    const failing = database.transaction(async (tx) => {
      runs += 1
      const slow = tx.query(statement('insert into item select 2, 1 from pg_sleep(0.3) returning id'), { isLast: true })
      setTimeout(() => network.break(), 100)
      return slow
    })
    await assert.rejects(failing, { code: 'database_unavailable' })
    await network.mend()
    assert.equal(runs, 1)
  })

  test('is given up when nothing is heard of it', async () => {
    await using network = await breakableNetwork(await testPostgresUrl())
    const database = await openPostgresDatabase({ url: network.url, connectTimeoutMs: 300 })
    await makeItems(database, 0)
    const hanging = database.transaction(
      async (tx) => {
        await tx.execute(statement('insert into item values (1, 1)'))
        network.freeze()
        await tx.query(insert(2), { isLast: true })
      },
      { timeoutMs: 200 },
    )
    await assert.rejects(hanging, { code: 'database_timeout' })
    await database.close()
  })
})

describe('a write by itself', () => {
  const insert = (id: number) => statement('insert into item values ($1, 1) returning id', id)

  test('is there when it is answered, and fails alone', async () => {
    await using database = await openDisposable()
    await makeItems(database, 1)
    const results = await Promise.allSettled([2, 1, 3].map((id) => database.write!(insert(id))))
    assert.deepEqual(
      results.map((result) => (result.status === 'fulfilled' ? result.value : result.reason.kind)),
      [[[2]], 'unique', [[3]]],
    )
    assert.deepEqual(await database.read(statement('select id from item order by id')), [[1], [2], [3]])
  })

  test('that meets a conflict is run again', async () => {
    await using database = await openDisposable()
    await makeItems(database, 0)
    await database.transaction(async (tx) =>
      tx.script(`create sequence attempts; create function fail_twice() returns trigger language plpgsql as $$ begin
        if nextval('attempts') < 3 then raise exception 'no' using errcode = 'serialization_failure'; end if; return new; end $$;
        create trigger fail_twice before insert on item for each row execute function fail_twice()`),
    )
    assert.deepEqual(await database.write!(insert(1)), [[1]])
    assert.deepEqual(await database.read(statement('select id from item')), [[1]])
  })

  test('whose connection is lost under it is not run twice', async () => {
    await using network = await breakableNetwork(await testPostgresUrl())
    await using database = await openDisposable({ url: network.url })
    await makeItems(database, 0)
    const slow = database.write!(statement('insert into item select 2, 1 from pg_sleep(0.3) returning id'))
    setTimeout(() => network.break(), 100)
    await assert.rejects(slow, { code: 'database_unavailable' })
    await network.mend()
    await sleep(400)
    assert.ok((await database.read(statement('select id from item'))).length <= 1)
  })

  test('is waited for by who closes, and refused after that', async () => {
    await using network = await breakableNetwork(await testPostgresUrl())
    const database = await openPostgresDatabase({ url: network.url })
    await makeItems(database, 0)
    const slow = database.write!(statement('insert into item select 2, 1 from pg_sleep(0.2) returning id'))
    const closed = database.close()
    assert.deepEqual(await slow, [[2]])
    await closed
    await assert.rejects(database.write!(insert(3)), { code: 'database_unavailable' })
  })
})

test('a transaction that waits in vain for a connection leaves none behind', async () => {
  await using database = await openDisposable({ maxConnections: 1 })
  await makeItems(database, 1)
  const change = statement('update item set stock = stock + 1')
  const holding = database.transaction(async (tx) => {
    await tx.query(statement('select 1'))
    await sleep(300)
  })
  await assert.rejects(
    database.transaction(async (tx) => tx.execute(change), { timeoutMs: 100 }),
    { code: 'database_timeout' },
  )
  await holding
  assert.deepEqual(await database.read(statement('select stock, txid_current_if_assigned() from item')), [[1, null]])
})

describe('several processes', () => {
  test('run one exclusive transaction at a time', async () => {
    const url = await testPostgresUrl()
    await using one = await openDisposable({ url })
    await using other = await openDisposable({ url })
    let running = 0
    const work = async () => {
      running += 1
      assert.equal(running, 1)
      await sleep(30)
      running -= 1
    }
    await Promise.all([one, other, one, other].map((database) => database.transaction(work, { lock: 'exclusive' })))
  })

  test('are told that the database is busy when an exclusive transaction does not end', async () => {
    const url = await testPostgresUrl()
    await using one = await openDisposable({ url })
    await using other = await openDisposable({ url })
    const { promise: started, resolve: start } = Promise.withResolvers<void>()
    const work = async () => {
      start()
      await sleep(400)
    }
    const long = one.transaction(work, { lock: 'exclusive' })
    await started
    await assert.rejects(
      other.transaction(async () => {}, { lock: 'exclusive', timeoutMs: 100 }),
      { code: 'database_busy' },
    )
    await other.transaction(async () => {})
    await long
  })

  test('share the locks on names, each in its own database', async () => {
    const url = await testPostgresUrl()
    await using one = await openDisposable({ url })
    await using other = await openDisposable({ url })
    await using elsewhere = await openDisposable()
    const locked = async (database: Database) => database.transaction(async (tx) => tx.tryLock('report'))
    await one.transaction(async (tx) => {
      assert.equal(await tx.tryLock('report'), true)
      assert.equal(await locked(other), false)
      assert.equal(await locked(elsewhere), true)
    })
    assert.equal(await locked(other), true)
  })
})

describe('connections', () => {
  test('are alike, whatever the database has as its defaults', async () => {
    const url = await testPostgresUrl()
    await using first = await openDisposable({ url })
    const name = new URL(url).pathname.slice(1)
    for (const setting of [
      `timezone = 'Asia/Tokyo'`,
      `datestyle = 'German'`,
      `default_transaction_isolation = 'serializable'`,
    ]) {
      await first.transaction(async (tx) => tx.script(`alter database ${name} set ${setting}`))
    }
    await using database = await openDisposable({ url })
    const settings = await database.read(
      statement(`select current_setting('timezone'), current_setting('transaction_isolation'), current_setting('application_name'),
        '2026-03-01 12:00:00Z'::timestamptz, '2026-03-01'::date`),
    )
    assert.deepEqual(settings, [['UTC', 'read committed', 'galley', '2026-03-01 12:00:00+00', '2026-03-01']])
  })

  test('give text, and numbers and booleans only where these are exact', async () => {
    await using database = await openDisposable()
    const [row] = await database.read(
      statement(`select 7::smallint, 7::integer, 7::bigint, 1.50::numeric(5,2), 1.5::real, 1.5::double precision, true, null::integer,
        '{"a": 1}'::jsonb, array[1, 2], '2026-03-01'::date`),
    )
    assert.deepEqual(row, [7, 7, '7', '1.50', 1.5, 1.5, true, null, '{"a": 1}', '{1,2}', '2026-03-01'])
  })

  test('prepare what is used again, and only so much', async () => {
    await using database = await openDisposable({ maxConnections: 1 })
    const prepared = async () =>
      Number((await database.read(statement('select count(*) from pg_prepared_statements')))[0]?.[0])
    await database.read(statement('select 1, $1::integer', 1))
    assert.equal(await prepared(), 0)
    await database.read(statement('select 1, $1::integer', 1))
    assert.equal(await prepared(), 2)
    for (let index = 0; index < 3000; index += 1) {
      for (let count = 0; count < 2; count += 1) await database.read(statement(`select ${index}, $1::integer`, 1))
    }
    assert.ok((await prepared()) <= 1001, `${await prepared()} prepared statements`)
  })

  test('survive a prepared statement whose table has changed', async () => {
    const url = await testPostgresUrl()
    await using database = await openDisposable({ url, maxConnections: 2 })
    await using migrating = await openDisposable({ url })
    await makeItems(database, 1)
    const all = statement('select * from item')
    for (let count = 0; count < 8; count += 1) await Promise.all([database.read(all), database.read(all)])
    await migrating.transaction(async (tx) => tx.script('alter table item add column note text'))
    assert.deepEqual(await Promise.all([database.read(all), database.read(all)]), [[[1, 1, null]], [[1, 1, null]]])
    await migrating.transaction(async (tx) => tx.script('alter table item drop column note'))
    assert.deepEqual(await database.transaction(async (tx) => tx.query(all)), [[1, 1]])
  })
})

describe('constraints', () => {
  test('are told with their names, and columns with the names they have', async () => {
    await using database = await openDisposable()
    await database.transaction(async (tx) =>
      tx.script(`create table odd ("a b" integer, "c""d" integer, plain text, constraint odd_key unique ("a b", "c""d"));
        create unique index odd_plain on odd (lower(plain)); insert into odd values (1, 1, 'x')`),
    )
    const broken = async (text: string) => {
      const error = await database.transaction(async (tx) => tx.script(text)).catch((thrown: unknown) => thrown)
      assert.ok(error instanceof ConstraintError)
      return [error.kind, error.table, error.constraint, error.columns]
    }
    assert.deepEqual(await broken(`insert into odd values (1, 1, 'y')`), ['unique', 'odd', 'odd_key', ['a b', 'c"d']])
    assert.deepEqual(await broken(`insert into odd values (2, 2, 'X')`), ['unique', 'odd', 'odd_plain', []])
  })

  test('that are checked at the commit fail the commit', async () => {
    await using database = await openDisposable()
    await makeItems(database, 1)
    await database.transaction(async (tx) =>
      tx.script('create table later (item integer references item (id) deferrable initially deferred)'),
    )
    const failing = database.transaction(async (tx) => tx.script('insert into later values (7)'))
    await assert.rejects(failing, (error) => error instanceof ConstraintError && error.kind === 'foreignKey')
    assert.deepEqual(await database.read(statement('select * from later')), [])
  })
})

test('an application without the driver is told to install it', () => {
  const withoutDriver = `import { registerHooks } from 'node:module'
    registerHooks({ resolve: (name, context, next) => next(name === 'pg' ? 'not-installed' : name, context) })
    const { openPostgresDatabase } = await import(${JSON.stringify(import.meta.resolve('./postgres-database.ts'))})
    await openPostgresDatabase({ url: 'postgres://127.0.0.1/none' }).catch((error) => console.log(error.code, error.message))`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', withoutDriver], { encoding: 'utf8' })
  assert.match(stdout, /^database_driver_missing .*npm install pg\.$/m)
})

async function openDisposable(options: Partial<PostgresOptions> = {}): Promise<Database & AsyncDisposable> {
  const database = await openPostgresDatabase({ url: options.url ?? (await testPostgresUrl()), ...options })
  return Object.assign(database, { [Symbol.asyncDispose]: () => database.close() })
}

/** The backends that so many quick reads at once were on. */
async function sharedPids(database: Database, count: number): Promise<readonly unknown[]> {
  const pid = statement('select pg_backend_pid()')
  for (let round = 0; round < 6; round += 1) await database.read(pid)
  const rows = await Promise.all(Array.from({ length: count }, () => database.read(pid)))
  return rows.map((row) => row[0]?.[0])
}

/** A statement is prepared when it comes again, and taken for quick after some runs. */
async function warmUp(database: Database, read: Statement): Promise<void> {
  for (let count = 0; count < 12; count += 1) await database.read(read)
}

async function makeItems(database: Database, count: number): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.script('create table item (id integer primary key, stock integer)')
    for (let id = 1; id <= count; id += 1) await tx.execute(statement('insert into item values ($1, 1)', id))
  })
}

async function countSleeping(database: Database): Promise<number> {
  const sleeping = `select count(*) from pg_stat_activity where datname = current_database() and state = 'active' and query like '%pg_sleep%' and pid <> pg_backend_pid()`
  return Number((await database.read(statement(sleeping)))[0]?.[0])
}

async function eventually(prove: () => Promise<void>, withinMs = 3_000): Promise<void> {
  const endsAt = performance.now() + withinMs
  for (;;) {
    const error = await prove().then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    if (error === undefined) return
    if (performance.now() > endsAt) throw error
    await sleep(50)
  }
}

function statement(text: string, ...parameters: unknown[]): Statement {
  return { text, parameters }
}
