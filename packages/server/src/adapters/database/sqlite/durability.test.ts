import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { openSqliteDatabase } from './sqlite-database.ts'

const folder = await mkdtemp(join(tmpdir(), 'galley-test-'))
after(() => rm(folder, { recursive: true, force: true }))

for (const width of [1, 16]) {
  test(`what was acknowledged survives the kill -9 of its process, ${width} at a time`, async () => {
    const file = await newDatabase(`killed-${width}.db`)
    const acknowledged = await killAfter(500, startWriting(file, 0, 1_000_000, width))
    const stored = new Set(idsIn(file))
    assert.ok(acknowledged.length >= 500)
    assert.deepEqual(
      acknowledged.filter((id) => !stored.has(id)),
      [],
    )
    assert.deepEqual(queryAll(file, 'pragma integrity_check'), [['ok']])
  })
}

test('a database whose process was killed is opened and written again', async () => {
  const file = await newDatabase('again.db')
  await killAfter(50, startWriting(file, 0, 1_000_000, 4))
  const writer = startWriting(file, 2_000_000, 10, 1)
  assert.equal(await exitCode(writer), 0)
  assert.equal(idsIn(file).filter((id) => id >= 2_000_000).length, 10)
})

test('processes that write one file at once all succeed', async () => {
  const file = await newDatabase('shared.db')
  const writers = [0, 1, 2].map((index) => startWriting(file, index * 1000, 300, 4))
  assert.deepEqual(await Promise.all(writers.map(exitCode)), [0, 0, 0])
  assert.equal(idsIn(file).length, 900)
})

async function newDatabase(name: string): Promise<string> {
  const file = join(folder, name)
  const database = await openSqliteDatabase({ file })
  await database.transaction(async (tx) => tx.script('create table item (id integer primary key) strict'))
  await database.close()
  return file
}

function startWriting(file: string, first: number, count: number, width: number): ChildProcess {
  const args = [file, first, count, width].map(String)
  return spawn(process.execPath, ['--input-type=module', '-e', writingScript, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** Adds `count` items from `first` on, `width` at a time, and prints the id of each one that was acknowledged. */
const writingScript = `
  import { openSqliteDatabase } from ${JSON.stringify(import.meta.resolve('./sqlite-database.ts'))}
  const [file, first, count, width] = process.argv.slice(1)
  const database = await openSqliteDatabase({ file })
  let next = Number(first)
  const end = next + Number(count)
  const addItems = async () => {
    while (next < end) {
      const id = next++
      await database.transaction(async (tx) => tx.execute({ text: 'insert into item (id) values (?)', parameters: [id] }))
      process.stdout.write(id + '\\n')
    }
  }
  await Promise.all(Array.from({ length: Number(width) }, addItems))
  await database.close()`

/** Kills the process when it has told of `count` items, and returns the ids of all it told of. */
async function killAfter(count: number, writer: ChildProcess): Promise<readonly number[]> {
  const ids: number[] = []
  for await (const line of createInterface({ input: writer.stdout! })) {
    ids.push(Number(line))
    if (ids.length === count) writer.kill('SIGKILL')
  }
  return ids
}

async function exitCode(writer: ChildProcess): Promise<unknown> {
  writer.stdout?.resume()
  const [code] = await once(writer, 'exit')
  return code
}

function idsIn(file: string): readonly number[] {
  return queryAll(file, 'select id from item').map((row) => row[0] as number)
}

function queryAll(file: string, text: string): readonly (readonly unknown[])[] {
  const database = new DatabaseSync(file)
  const statement = database.prepare(text)
  statement.setReturnArrays(true)
  const rows = statement.all() as unknown as unknown[][]
  database.close()
  return rows
}
