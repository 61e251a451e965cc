import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from '../../ports/sql.ts'
import { compileWith } from './compile-with.ts'

const compile = compileWith((position) => `$${position}`)

test('a value is a parameter, in the order of the text; SQL within SQL is text', () => {
  const inner = sql`price > ${10}`
  const query = sql`select ${'a'} where ${inner} and ${sql.id('order')} in (${sql.join([1, sql`2`, [3]])})`
  assert.deepEqual(compile(query), {
    text: 'select $1 where price > $2 and "order" in ($3, 2, $4)',
    parameters: ['a', 10, 1, [3]],
  })
})

test('names are quoted, with their quotes doubled', () => {
  const names = sql`${sql.id('a.b')} ${sql.id('a', 'b"')} ${sql.ref('page.id')} ${sql.table('things')}`
  assert.equal(compile(names).text, '"a.b" "a"."b""" "page"."id" "things"')
})

test('a literal text cannot end early', () => {
  const literals = sql.join([sql.lit("it's"), sql.lit(1.5), sql.lit(true), sql.lit(null), sql.lit(10n)])
  assert.deepEqual(compile(literals), { text: "'it''s', 1.5, true, null, 10", parameters: [] })
})

test('data that looks like SQL is a parameter', () => {
  const forged = JSON.parse(JSON.stringify(sql.raw('1 = 1')))
  assert.deepEqual(compile(sql`${forged}`), { text: '$1', parameters: [forged] })
})

test('nothing between two pieces is nothing', () => {
  assert.equal(compile(sql`a${sql``}b${sql.join([], sql` or `)}c`).text, 'abc')
})
