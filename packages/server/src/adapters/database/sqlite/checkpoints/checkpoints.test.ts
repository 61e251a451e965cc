import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openSqliteDatabase } from '../sqlite-database.ts'

const folder = mkdtempSync(join(tmpdir(), 'galley-checkpoints-'))
after(() => rmSync(folder, { recursive: true }))

const insert = { text: 'insert into t values (zeroblob(20000))', parameters: [] }

test('under writes that never rest the log stays short, nothing is lost, and closing leaves one file', async () => {
  const file = join(folder, 'busy.db')
  const database = await openSqliteDatabase({ file })
  await database.transaction(async (tx) => tx.script('create table t (a blob) strict'))
  let longestLog = 0
  const write = async () => {
    for (let count = 0; count < 100; count += 1) {
      await database.transaction(async (tx) => tx.execute(insert))
      longestLog = Math.max(longestLog, statSync(`${file}-wal`).size)
    }
  }
  await Promise.all(Array.from({ length: 25 }, write))
  assert.ok(longestLog < 40 * 2 ** 20, `${longestLog} bytes`) // 64 MiB where SQLite does it by itself
  await database.close()
  assert.equal(existsSync(`${file}-wal`), false)
  const again = await openSqliteDatabase({ file, readOnly: true })
  assert.deepEqual(await again.read({ text: 'select count(*), sum(length(a)) from t', parameters: [] }), [[2500, 5e7]])
  await again.close()
})

test('the thread does not keep the process alive', async () => {
  const program = `
    import { openSqliteDatabase } from ${JSON.stringify(import.meta.resolve('../sqlite-database.ts'))}
    const database = await openSqliteDatabase({ file: ${JSON.stringify(join(folder, 'ends.db'))} })
    await database.transaction(async (tx) => tx.script('create table t (a blob) strict'))
    for (let count = 0; count < 250; count += 1)
      await database.transaction(async (tx) => tx.execute(${JSON.stringify(insert)}))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' })
  assert.deepEqual(await once(child, 'exit'), [0, null])
})
