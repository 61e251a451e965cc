import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, test } from 'node:test'
import type { Database, Row } from '../../../ports/database.ts'
import { openSqliteDatabase, type SqliteOptions } from './sqlite-database.ts'

const folder = await mkdtemp(join(tmpdir(), 'galley-test-'))
after(() => rm(folder, { recursive: true, force: true }))

let files = 0
const newFile = () => join(folder, `${++files}.db`)

describe('a file that is ours', () => {
  test('is made with its folder, and still has what was committed when it is opened again', async () => {
    const file = join(folder, 'not', 'yet', 'there', 'store.db')
    await fill(file)
    assert.deepEqual(await contents(file), [[1]])
  })

  test('is read and written by its owner only, and so is its log', async (t) => {
    if (process.platform === 'win32') return t.skip('Windows has no modes of files')
    const file = newFile()
    await using database = await openDisposable({ file })
    await database.transaction((tx) => Promise.resolve(tx.script('create table t (a int) strict')))
    for (const name of [file, `${file}-wal`, `${file}-shm`]) assert.equal(statSync(name).mode & 0o777, 0o600, name)
  })

  test('is durable at each commit, enforces foreign keys and names its program', async () => {
    const file = newFile()
    await using database = await openDisposable({ file })
    const pragma = async (name: string) =>
      database.transaction(async (tx) => (await tx.query({ text: `pragma ${name}`, parameters: [] }))[0]?.[0])
    assert.equal(await pragma('journal_mode'), 'wal')
    assert.equal(await pragma('synchronous'), 2) // FULL
    assert.equal(await pragma('foreign_keys'), 1)
    assert.equal(await pragma('trusted_schema'), 0)
    assert.equal(await pragma('application_id'), Buffer.from('Glly').readInt32BE())
  })

  test('is new when it is empty', async () => {
    const file = newFile()
    writeFileSync(file, '')
    await fill(file)
    assert.deepEqual(await contents(file), [[1]])
  })

  test('can be opened twice at once, also while it is made', async () => {
    const file = newFile()
    const databases = await Promise.all([openSqliteDatabase({ file }), openSqliteDatabase({ file })])
    for (const database of databases) await database.ping()
    for (const database of databases) await database.close()
  })

  test('is one file after it was closed', async () => {
    const file = newFile()
    await fill(file)
    assert.deepEqual([existsSync(`${file}-wal`), existsSync(`${file}-shm`)], [false, false])
  })

  test('that was moved away is unavailable', async () => {
    const file = newFile()
    await using database = await openDisposable({ file })
    await database.ping()
    rmSync(file)
    await assert.rejects(database.ping(), { code: 'database_unavailable' })
  })
})

describe('a file that is damaged is refused and left as it is:', () => {
  const refused = (name: string, damage: (file: string) => void) =>
    test(name, async () => {
      const file = newFile()
      await fill(file, 2000)
      damage(file)
      const before = readFileSync(file)
      await assert.rejects(
        openSqliteDatabase({ file }),
        (error) => hasCode(error, 'database_damaged') && String(error).includes(file),
      )
      await assert.rejects(openSqliteDatabase({ file, readOnly: true }), { code: 'database_damaged' })
      assert.ok(readFileSync(file).equals(before))
    })

  refused('text', (file) => writeFileSync(file, 'Dear diary, this is no database.'))
  refused('a long text', (file) => writeFileSync(file, 'Dear diary, this is no database. '.repeat(1000)))
  refused('zeros', (file) => writeFileSync(file, Buffer.alloc(8192)))
  refused('one that lost its end', (file) => truncateSync(file, Math.floor(statSync(file).size / 2 / 4096) * 4096))
  refused('one whose first page is half overwritten', (file) => overwrite(file, 100, 2000))
  refused('one whose header is overwritten', (file) => overwrite(file, 0, 40))
})

test('a table that is damaged is told as such and does not stop the rest', async () => {
  const file = newFile()
  await fill(file, 2000)
  overwrite(file, 4096, 40_000)
  await using database = await openDisposable({ file })
  await assert.rejects(async () => database.read({ text: 'select sum(id) from item', parameters: [] }), {
    code: 'database_damaged',
  })
})

test('a log whose database is gone is refused and kept', async () => {
  const file = newFile()
  const database = await openSqliteDatabase({ file })
  await database.transaction(async (tx) => tx.script('create table item (id integer)'))
  const log = readFileSync(`${file}-wal`)
  await database.close()
  rmSync(file)
  writeFileSync(`${file}-wal`, log)
  await assert.rejects(openSqliteDatabase({ file }), { code: 'database_damaged' })
  assert.ok(readFileSync(`${file}-wal`).equals(log))
  assert.equal(existsSync(file), false)
})

describe('a database of another program is refused and left as it is:', () => {
  const refused = (name: string, script: string) =>
    test(name, async () => {
      const file = newFile()
      const other = new DatabaseSync(file)
      other.exec(script)
      other.close()
      const before = readFileSync(file)
      await assert.rejects(openSqliteDatabase({ file }), { code: 'database_foreign' })
      assert.deepEqual([existsSync(`${file}-wal`), existsSync(`${file}-shm`)], [false, false])
      await assert.rejects(openSqliteDatabase({ file, readOnly: true }), { code: 'database_foreign' })
      assert.ok(readFileSync(file).equals(before))
    })

  refused('one without a name', 'create table theirs (id integer)')
  refused('one with a name', 'pragma application_id = 252006673; create table theirs (id integer)')
  refused('one with a name and nothing else', 'pragma application_id = 252006673')
  refused('one with a log', 'pragma journal_mode = wal; create table theirs (id integer)')
})

describe('a place where no file can be', () => {
  const refused = (name: string, path: () => Promise<string>, readOnly = false) =>
    test(`${name} is told in a sentence`, async () => {
      const file = await path()
      await assert.rejects(
        openSqliteDatabase({ file, readOnly }),
        (error) => hasCode(error, 'database_unopenable') && String(error).includes(file),
      )
    })

  refused('a folder', async () => folder)
  refused('below a file', async () => {
    const file = newFile()
    writeFileSync(file, 'x')
    return join(file, 'store.db')
  })
  refused('a folder, for reading', async () => folder, true)
  refused('nothing, for reading', async () => newFile(), true)
  refused('a file whose log cannot be made', async () => {
    const file = newFile()
    await mkdir(`${file}-wal`)
    return file
  })
})

test('a database opened for reading only reads, refuses transactions and makes no file', async () => {
  const file = newFile()
  await fill(file)
  {
    await using database = await openDisposable({ file, readOnly: true })
    assert.deepEqual(await database.read({ text: 'select id from item', parameters: [] }), [[1]])
    await assert.rejects(
      database.transaction(async () => {}),
      { code: 'database_read_only' },
    )
    await assert.rejects(async () => database.read({ text: 'delete from item', parameters: [] }))
  }
  const absent = newFile()
  await assert.rejects(openSqliteDatabase({ file: absent, readOnly: true }))
  assert.equal(existsSync(absent), false)
})

test('a read cannot write', async () => {
  const file = newFile()
  await fill(file)
  await using database = await openDisposable({ file })
  await assert.rejects(async () => database.read({ text: 'delete from item returning id', parameters: [] }))
  assert.deepEqual(await database.read({ text: 'select id from item', parameters: [] }), [[1]])
})

test('databases in memory are separate and leave no file behind, not even while they are open', async () => {
  const places = ['/dev/shm', tmpdir()].filter((place) => existsSync(place))
  const privateFiles = () =>
    places.flatMap((place) => readdirSync(place).filter((entry) => /^galley-\w{6}$/.test(entry)))
  const before = privateFiles()
  await using one = await openDisposable({ file: ':memory:' })
  await using other = await openDisposable({ file: ':memory:' })
  await one.transaction(async (tx) => tx.script('create table item (id integer); insert into item values (1)'))
  assert.deepEqual(await one.read({ text: 'select id from item', parameters: [] }), [[1]])
  await assert.rejects(async () => other.read({ text: 'select id from item', parameters: [] }), /no such table/)
  if (process.platform !== 'win32') assert.deepEqual(privateFiles(), before)
})

test('a database in memory holds more than its cache', async () => {
  await using database = await openDisposable({ file: ':memory:' })
  await database.transaction(async (tx) => tx.script('create table item (bytes blob)'))
  for (let count = 0; count < 40; count += 1) {
    await database.transaction(async (tx) => tx.script('insert into item values (randomblob(1000000))'))
  }
  assert.deepEqual(await database.read({ text: 'select sum(length(bytes)) from item', parameters: [] }), [[40_000_000]])
})

async function openDisposable(options: SqliteOptions): Promise<Database & AsyncDisposable> {
  const database = await openSqliteDatabase(options)
  return Object.assign(database, { [Symbol.asyncDispose]: () => database.close() })
}

async function fill(file: string, rows = 1): Promise<void> {
  const database = await openSqliteDatabase({ file })
  await database.transaction(async (tx) => {
    await tx.script('create table item (id integer primary key, note text) strict')
    for (let id = 1; id <= rows; id += 1)
      await tx.execute({ text: 'insert into item values (?, ?)', parameters: [id, 'x'.repeat(100)] })
  })
  await database.close()
}

async function contents(file: string): Promise<readonly Row[]> {
  await using database = await openDisposable({ file })
  return database.read({ text: 'select id from item', parameters: [] })
}

function overwrite(file: string, from: number, count: number): void {
  const bytes = readFileSync(file)
  bytes.fill(0xab, from, from + count)
  writeFileSync(file, bytes)
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
