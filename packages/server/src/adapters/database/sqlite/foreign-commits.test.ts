import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import type { Database } from '../../../ports/database.ts'
import { openSqliteDatabase } from './sqlite-database.ts'

let folder: string
let own: Database
let other: Database
const rows = async (database: Database) => (await database.read({ text: 'select a from t', parameters: [] })).flat()
const insert = (database: Database, value: number) =>
  database.transaction(async (tx) => {
    await tx.execute({ text: `insert into t values (${value})`, parameters: [] })
  })

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'galley-'))
  const file = join(folder, 'a.db')
  own = await openSqliteDatabase({ file })
  await own.transaction(async (tx) => tx.script('create table t (a)'))
  other = await openSqliteDatabase({ file })
})
afterEach(async () => {
  await own.close()
  await other.close()
  rmSync(folder, { recursive: true })
})

test('own commits are not those of others', async () => {
  const before = own.foreignCommits!()
  await insert(own, 1)
  await Promise.all([insert(own, 2), insert(own, 3)])
  assert.equal(own.foreignCommits!(), before)
})

test('a commit of another is known as soon as it is acknowledged, whatever else is under way', async () => {
  const before = own.foreignCommits!()
  await insert(other, 1)
  const after = own.foreignCommits!()
  assert.notEqual(after, before)
  await insert(own, 2)
  assert.equal(own.foreignCommits!(), after)
  await own.transaction(async () => assert.equal(own.foreignCommits!(), after))
})

test('a commit of another between two of our own is not covered by them', async () => {
  const before = own.foreignCommits!()
  const all = [insert(own, 1), insert(other, 2), insert(own, 3), insert(other, 4), insert(own, 5)]
  await Promise.all(all)
  assert.notEqual(own.foreignCommits!(), before)
  assert.equal((await rows(own)).length, 5)
})

test('what another has rolled back is no commit', async () => {
  const before = own.foreignCommits!()
  const failing = other.transaction(async (tx) => {
    await tx.execute({ text: 'insert into t values (1)', parameters: [] })
    throw new Error('on purpose')
  })
  await assert.rejects(failing)
  assert.equal(own.foreignCommits!(), before)
})
