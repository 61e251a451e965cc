import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openSqliteDatabase } from '../sqlite-database.ts'
import { ReaderPool } from './reader-pool.ts'

const folder = mkdtempSync(join(tmpdir(), 'galley-readers-'))
const file = join(folder, 'a.db')
const endless = counting(1e12)
/** For what is not about the limit: also on a busy machine nothing here takes so long. */
const ampleMs = 60_000

before(async () => {
  const database = await openSqliteDatabase({ file, synchronous: 'off' })
  await database.transaction(async (tx) => tx.script(`create table t (a any) strict; insert into t values (7)`))
  await database.close()
})
after(() => rmSync(folder, { recursive: true }))

/** A statement that counts to `limit`; twenty million take about a second. */
function counting(limit: number) {
  const text = 'with recursive n(x) as (select 1 union all select x + 1 from n where x < ?) select max(x) from n'
  return { text, parameters: [limit] }
}

async function withPool(
  options: Partial<ConstructorParameters<typeof ReaderPool>[0]>,
  prove: (pool: ReaderPool) => Promise<void>,
): Promise<void> {
  const pool = new ReaderPool({ file, statementMs: ampleMs, isInPlace: () => true, ...options })
  try {
    await prove(pool)
  } finally {
    await pool.close()
  }
}

describe('a statement in a process of its own', () => {
  test('gives rows with the types they have at home, and errors with their words', () =>
    withPool({}, async (pool) => {
      const text = `select 1, 1.5, 9007199254740993, 'é', null, x'00ff', ?, ?, ?, ?`
      const parameters = [9007199254740995n, Buffer.from([1, 2]), 'tea', null]
      const { rows } = await pool.read({ text, parameters })
      const [blob, parameter] = [Uint8Array.from([0, 255]), Uint8Array.from([1, 2])]
      const plain = rows[0]?.map((value) => (value instanceof Uint8Array ? Uint8Array.from(value) : value))
      assert.deepEqual(plain, [1, 1.5, 9007199254740993n, 'é', null, blob, 9007199254740995n, parameter, 'tea', null])
      await assert.rejects(pool.read({ text: 'selec 1', parameters: [] }), /near "selec": syntax error/)
      await assert.rejects(pool.read({ text: 'delete from t', parameters: [] }), { code: 'database_unavailable' })
    }))

  test('is stopped with its process when it takes too long, and the next one is served', () =>
    // The next one has to start a process within this time.
    withPool({ statementMs: 1_500 }, async (pool) => {
      const startedAt = performance.now()
      await assert.rejects(pool.read(endless), { code: 'database_statement_timeout', category: 'unavailable' })
      assert.ok(performance.now() - startedAt < 10_000)
      assert.deepEqual((await pool.read(counting(10))).rows, [[10]])
    }))

  test('keeps the event loop free while it runs', () =>
    withPool({}, async (pool) => {
      let isOver = false
      let turns = 0
      const running = pool.read(counting(1e6)).finally(() => (isOver = true))
      for (; !isOver; turns += 1) await sleep(1)
      await running
      assert.ok(turns > 20, `${turns} turns`)
    }))
})

describe('a process that is killed from outside', () => {
  test('fails nobody the first time', () =>
    withPool({}, async (pool) => {
      const counted = pool.read(counting(4e6))
      await untilReady(pool)
      kill(pool)
      assert.deepEqual((await counted).rows, [[4e6]])
    }))

  test('fails only its statement the second time, with an error that says to try again', () =>
    withPool({}, async (pool) => {
      const refused = assert.rejects(pool.read(endless), { code: 'database_unavailable' })
      for (let times = 0; times < 2; times += 1) {
        await untilReady(pool)
        kill(pool)
        await untilEnded(pool)
      }
      await refused
      assert.deepEqual((await pool.read(counting(10))).rows, [[10]])
    }))
})

describe('more than can run at once', () => {
  test('is refused beyond the queue, and given up when its time is over', () =>
    withPool({ statementMs: 300 }, async (pool) => {
      const codes = await Promise.all(
        Array.from({ length: 80 }, (_, index) => codeOf(pool.read(counting(1e12 + index)))),
      )
      const timeouts = codes.filter((code) => code === 'database_statement_timeout').length
      assert.ok(timeouts >= 1 && timeouts <= 2, `${timeouts} ran`)
      assert.equal(codes.filter((code) => code === 'database_reads_busy').length, 80 - timeouts)
    }))

  test('runs once for all who ask the same', () =>
    withPool({}, async (pool) => {
      const blocking = [pool.read(counting(1e6)), pool.read(counting(1e6 + 1))]
      const same = Array.from({ length: 200 }, () => pool.read(counting(50)))
      const answers = await Promise.all(same)
      assert.ok(new Set(answers).size <= 2)
      assert.deepEqual(answers.at(-1)?.rows, [[50]])
      await Promise.all(blocking)
    }))
})

describe('the processes', () => {
  test('end at once with the pool, whatever they do', async () => {
    const pool = new ReaderPool({ file, statementMs: ampleMs, isInPlace: () => true })
    const refused = assert.rejects(pool.read(endless), { code: 'database_unavailable' })
    await untilReady(pool)
    const ids = pool.processIds
    await pool.close()
    await refused
    assert.deepEqual(ids.filter(isAlive), [])
  })

  test('end when there is nothing to do', () =>
    withPool({ idleMs: 50 }, async (pool) => {
      await pool.read(counting(10))
      await untilEnded(pool)
      assert.deepEqual((await pool.read(counting(11))).rows, [[11]])
    }))

  test('end with the process that started them, also when it is killed while they work', async () => {
    const parent = startParent('void pool.read(endless)')
    const [id] = await idsFrom(parent)
    await sleep(200) // until it runs
    parent.kill('SIGKILL')
    await until(() => !isAlive(id!))
  })

  test('do not keep the process alive that started them', async () => {
    const parent = startParent('void pool.read({ ...endless, parameters: [10] })')
    const [id] = await idsFrom(parent)
    const [code] = await once(parent, 'exit')
    assert.equal(code, 0)
    await until(() => !isAlive(id!))
  })
})

test('where no process can be started the pool says so, and is not usable for a while', () =>
  withPool({ file: join(folder, 'absent.db') }, async (pool) => {
    for (let starts = 0; starts < 2; starts += 1) {
      assert.equal(pool.isUsable, true)
      await assert.rejects(pool.read(counting(10)), { code: 'database_unavailable' })
      await untilEnded(pool)
    }
    assert.equal(pool.isUsable, false)
  }))

/** A process that starts one of its own and tells its id. */
function startParent(work: string): ChildProcess {
  const program = `
    import { ReaderPool } from ${JSON.stringify(import.meta.resolve('./reader-pool.ts'))}
    const pool = new ReaderPool({ file: ${JSON.stringify(file)}, statementMs: ${ampleMs}, isInPlace: () => true })
    const endless = ${JSON.stringify(endless)}
    ${work}
    process.stdout.write(pool.processIds.join() + '\\n')`
  return spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
}

async function idsFrom(parent: ChildProcess): Promise<readonly number[]> {
  const [line] = await once(parent.stdout!, 'data')
  return String(line).trim().split(',').map(Number)
}

function kill(pool: ReaderPool): void {
  for (const id of pool.processIds) process.kill(id, 'SIGKILL')
}

async function untilReady(pool: ReaderPool): Promise<void> {
  await until(() => pool.processIds.length > 0)
  await sleep(200)
}

function untilEnded(pool: ReaderPool): Promise<void> {
  const ids = pool.processIds
  return until(() => !ids.some(isAlive) && !ids.some((id) => pool.processIds.includes(id)))
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0)
    return true
  } catch {
    return false
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (const giveUpAt = performance.now() + ampleMs; !condition(); await sleep(10)) {
    if (performance.now() > giveUpAt) assert.fail(`it did not happen within ${ampleMs} ms`)
  }
}

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: { code: string }) => error.code,
  )
}
