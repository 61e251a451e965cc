import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Database, TableShape } from '../ports/database.ts'
import { sql } from '../ports/sql.ts'
import { createTableOf, insertRows, runSchema, select, type Values } from './dialect-tables.ts'

const columns = { name: { kind: 'text' }, rank: { kind: 'text' }, stock: { kind: 'integer' } } as const

/** Latin with its signs, marks, Greek, Cyrillic, Hebrew, Arabic, Devanagari, Thai, kana, Han and Hangul. */
const scripts = [
  [0x20, 0x24f],
  [0x300, 0x308],
  [0x386, 0x3ce],
  [0x400, 0x45f],
  [0x5d0, 0x5ea],
  [0x620, 0x64a],
  [0x904, 0x94d],
  [0xe01, 0xe45],
  [0x3041, 0x30fa],
  [0x4e00, 0x4fff],
  [0xac00, 0xafff],
] as const
const writtenLetter = fc
  .oneof(...scripts.map(([min, max]) => fc.integer({ min, max }).map((code) => String.fromCharCode(code))))
  .filter((letter) => !/\p{Cn}/u.test(letter))
const writtenText = fc.array(writtenLetter, { maxLength: 12 }).map((letters) => letters.join(''))

export function searchContract(open: () => Database): void {
  const tableWith = (rows: readonly Values[]) => createTableOf(open(), columns, rows, { search: ['name', 'rank'] })

  describe('search', () => {
    it('finds rows that have all words, in any searchable column, the last as a prefix', async () => {
      const table = await tableWith([
        { name: 'Green tea', rank: 'from Japan' },
        { name: 'Green coffee' },
        { name: 'Black tea', rank: null },
      ])
      assert.deepEqual(await find(open(), table, 'green tea'), ['Green tea'])
      assert.deepEqual(await find(open(), table, 'tea japan'), ['Green tea'])
      assert.deepEqual(await find(open(), table, 'jap'), ['Green tea'])
      assert.deepEqual(await find(open(), table, 'gre'), ['Green coffee', 'Green tea'])
      assert.deepEqual(await find(open(), table, 'gre tea'), [])
      assert.deepEqual(await find(open(), table, 'reen'), [])
    })

    it('ignores case, accents and punctuation', async () => {
      const table = await tableWith([{ name: 'CRÈME brûlée, 3.14 e-mail@example.com foo_bar wi-fi' }])
      for (const words of [
        'creme',
        'Crème',
        'BRULEE',
        'brûlée',
        '3.14',
        '14',
        'mail',
        'example',
        'e-mail@example.com',
        'bar',
        'wi fi',
        'fi',
      ]) {
        assert.equal((await find(open(), table, words)).length, 1, words)
      }
    })

    it('finds a text by its own words', async () => {
      await fc.assert(
        fc.asyncProperty(writtenText, async (name) => {
          if (open().dialect.encodeSearch(name) === undefined) return
          const table = await tableWith([{ name }])
          assert.deepEqual(await find(open(), table, name), [name])
        }),
        { numRuns: 200 },
      )
    })

    it('has no query where there is no word', () => {
      for (const words of ['', ' ', '"', '* - :', '\u0301', "'&|!()"]) {
        assert.equal(open().dialect.encodeSearch(words), undefined, words)
      }
    })

    it('takes the syntax of the database as words', async () => {
      const table = await tableWith([{ name: 'tea' }, { name: 'tea or coffee near you not' }])
      for (const words of [
        'tea OR coffee',
        'tea NOT you',
        'name:tea',
        'NEAR(tea you)',
        'tea" OR "1',
        "tea' | 'x",
        'tea & !you',
        '(tea',
        'tea*',
        '^tea',
        'te:*A',
        '{name}: tea',
      ]) {
        await find(open(), table, words)
      }
      assert.deepEqual(await find(open(), table, 'tea NOT you'), ['tea or coffee near you not'])
      assert.deepEqual(await find(open(), table, 'tea OR coffee'), ['tea or coffee near you not'])
    })

    it('takes words of any length', async () => {
      const name = 'tea '.repeat(100) + 'é'.repeat(3000)
      const table = await tableWith([{ name: 'tea' }, { name }])
      assert.equal((await find(open(), table, 'tea '.repeat(100))).length, 2)
      await find(open(), table, 'é'.repeat(3000))
    })

    it('takes texts of any length', async () => {
      const words = Array.from({ length: 200_000 }, (_, index) => `w${index}`).join(' ')
      const table = await tableWith([{ name: words }])
      assert.equal((await find(open(), table, 'w77')).length, 1)
    })

    it('puts first what is about the words', async () => {
      const table = await tableWith([
        { name: 'A long story of many things in which there is also some tea' },
        { name: 'tea, and more tea' },
        { name: 'coffee' },
      ])
      assert.deepEqual(await find(open(), table, 'tea'), [
        'tea, and more tea',
        'A long story of many things in which there is also some tea',
      ])
      assert.equal(typeof (await ranks(open(), table, 'tea'))[0], 'number')
    })

    it('follows updates and deletes', async () => {
      const table = await tableWith([
        { name: 'tea', stock: 1 },
        { name: 'coffee', stock: 1 },
      ])
      await runSchema(open(), [`update "${table.name}" set "stock" = "stock" + 1`])
      assert.deepEqual(await find(open(), table, 'tea'), ['tea'])
      await runSchema(open(), [`update "${table.name}" set "rank" = 'hot', "name" = 'cacao' where "name" = 'tea'`])
      assert.deepEqual(await find(open(), table, 'tea'), [])
      assert.deepEqual(await find(open(), table, 'hot'), ['cacao'])
      await runSchema(open(), [`delete from "${table.name}" where "name" = 'cacao'`])
      assert.deepEqual(await find(open(), table, 'cacao'), [])
      await insertRows(open(), table.name, columns, [{ name: 'hot milk' }])
      assert.deepEqual(await find(open(), table, 'hot'), ['hot milk'])
    })

    it('forgets what was rolled back', async () => {
      const table = await tableWith([{ name: 'tea' }])
      const failed = open().transaction(async (tx) => {
        await tx.script(`update "${table.name}" set "name" = 'coffee'`)
        throw new Error('on purpose')
      })
      await assert.rejects(failed, /on purpose/)
      assert.deepEqual(await find(open(), table, 'coffee'), [])
      assert.deepEqual(await find(open(), table, 'tea'), ['tea'])
    })
  })
}

/** The names that are found, best first; among equals by name. */
export async function find(database: Database, table: TableShape, words: string): Promise<readonly unknown[]> {
  return (await found(database, table, words)).map((row) => row[0])
}

async function ranks(database: Database, table: TableShape, words: string): Promise<readonly unknown[]> {
  return (await found(database, table, words)).map((row) => database.dialect.decode({ kind: 'real' }, row[1]))
}

function found(database: Database, { name }: TableShape, words: string) {
  const { dialect } = database
  const { join, matches, rank } = dialect.search(name, 't', sql.val(dialect.encodeSearch(words)))
  return select(
    database,
    sql`select "t"."name", ${rank} as "score" from ${sql.id(name)} as "t" ${join} where ${matches} order by "score" desc, "t"."name"`,
  )
}
