import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { ColumnType, Database, Sql } from '../ports/database.ts'
import { sql } from '../ports/sql.ts'
import { anyValue } from './column-values.arbitrary.ts'
import { createTableOf, everyColumn, readWhere, select, type Values } from './dialect-tables.ts'

export function predicatesContract(open: () => Database): void {
  describe('text predicates', () => {
    const columns = { text: { kind: 'text' } } as const
    const find = async (texts: readonly string[], condition: (column: Sql) => Sql) => {
      const table = await createTableOf(
        open(),
        columns,
        texts.map((text) => ({ text })),
      )
      return readWhere(open(), table.name, 'text', columns.text, condition(sql.id('text')))
    }
    const parts = [
      'a',
      'A',
      'b',
      'ab',
      '%',
      '_',
      '\\',
      '*',
      '?',
      '[',
      ']',
      '^',
      'é',
      'É',
      '€',
      '😀',
      "'",
      '"',
      ' ',
      '\u{10ffff}',
    ]
    const anyText = fc.array(fc.constantFrom(...parts), { maxLength: 6 }).map((some) => some.join(''))
    const anyTexts = fc.uniqueArray(anyText, { minLength: 10, maxLength: 40 })

    it('agree with those of JavaScript, whatever the letters', async () => {
      const { dialect } = open()
      await fc.assert(
        fc.asyncProperty(anyTexts, fc.array(fc.constantFrom(...parts), { maxLength: 2 }), async (texts, some) => {
          const part = some.join('')
          const value = sql.val(part)
          const all = (test: (text: string) => boolean) => texts.filter(test)
          assert.deepEqual(
            await find(texts, (text) => dialect.contains(text, value)),
            all((text) => text.includes(part)),
          )
          assert.deepEqual(
            await find(texts, (text) => dialect.startsWith(text, value)),
            all((text) => text.startsWith(part)),
          )
          assert.deepEqual(
            await find(texts, (text) => dialect.endsWith(text, value)),
            all((text) => text.endsWith(part)),
          )
        }),
        { numRuns: 25 },
      )
    })

    it('ignore case where they are told to', async () => {
      const { dialect } = open()
      const found = await find(['Green TEA', 'green tea', 'te', 't%a'], (text) =>
        dialect.containsIgnoringCase(text, sql.val('Tea')),
      )
      assert.deepEqual(found, ['Green TEA', 'green tea'])
      assert.deepEqual(await find(['t%a', 'tea'], (text) => dialect.containsIgnoringCase(text, sql.val('%A'))), ['t%a'])
    })

    it('are not true of null', async () => {
      const { dialect } = open()
      const table = await createTableOf(open(), columns, [{ text: null }])
      const column = sql.id('text')
      const value = sql.val('')
      const { contains, containsIgnoringCase, startsWith, endsWith } = dialect
      for (const predicate of [contains, containsIgnoringCase, startsWith, endsWith]) {
        assert.deepEqual(await readWhere(open(), table.name, 'text', columns.text, predicate(column, value)), [])
      }
    })

    it('take the value from another column, too', async () => {
      const { dialect } = open()
      const two = { text: columns.text, part: columns.text }
      const table = await createTableOf(open(), two, [
        { text: 'tea', part: 'te' },
        { text: 'tea', part: 'ea' },
      ])
      const { name } = table
      const starts = dialect.startsWith(sql.id('text'), sql.id('part'))
      const ends = dialect.endsWith(sql.id('text'), sql.id('part'))
      assert.deepEqual(await readWhere(open(), name, 'part', columns.text, starts), ['te'])
      assert.deepEqual(await readWhere(open(), name, 'part', columns.text, ends), ['ea'])
    })
  })

  describe('lists', () => {
    for (const [name, type] of Object.entries(everyColumn)) {
      it(`find the values of a column of type ${type.kind} (${name})`, async () => {
        const { dialect } = open()
        const anyValues = fc.uniqueArray(anyValue(type), {
          minLength: 2,
          maxLength: 10,
          selector: (value) => JSON.stringify(value),
        })
        await fc.assert(
          fc.asyncProperty(anyValues, async (values) => {
            const table = await createTableOf(open(), { value: type }, [
              ...values.map((value) => ({ value })),
              { value: null },
            ])
            const wanted = values.filter((_, index) => index % 2 === 0)
            const list = sql.val(dialect.encodeList(type, [...wanted, ...wanted]))
            const found = await readWhere(
              open(),
              table.name,
              'value',
              type,
              dialect.inList(type, sql.id('value'), list),
            )
            assert.deepEqual(found, wanted)
          }),
          { numRuns: 8 },
        )
      })
    }

    it('that are empty find nothing', async () => {
      const { dialect } = open()
      const type: ColumnType = { kind: 'text' }
      const table = await createTableOf(open(), { value: type }, [{ value: 'a' }])
      const list = sql.val(dialect.encodeList(type, []))
      assert.deepEqual(
        await readWhere(open(), table.name, 'value', type, dialect.inList(type, sql.id('value'), list)),
        [],
      )
    })

    it('in a column know their elements by value and type', async () => {
      const { dialect } = open()
      const json = { kind: 'json' } as const
      const lists = [['a', 'b'], [1, 2.5], [true], ['1'], [], ['A'], ['"'], null, [1e21]]
      const table = await createTableOf(
        open(),
        { list: json },
        lists.map((list) => ({ list })),
      )
      const having = (value: unknown) =>
        readWhere(
          open(),
          table.name,
          'list',
          json,
          dialect.listHas(sql.id('list'), sql.val(dialect.encodeJsonScalar(value))),
        )
      assert.deepEqual(await having('a'), [['a', 'b']])
      assert.deepEqual(await having(1), [[1, 2.5]])
      assert.deepEqual(await having(2.5), [[1, 2.5]])
      assert.deepEqual(await having(true), [[true]])
      assert.deepEqual(await having(false), [])
      assert.deepEqual(await having('1'), [['1']])
      assert.deepEqual(await having('"'), [['"']])
      assert.deepEqual(await having(1e21), [[1e21]])
    })

    it('of JSON lists ask for one of several elements, objects among them', async () => {
      const { dialect } = open()
      const json = { kind: 'json' } as const
      const entry = (to: string, level: string) => ({ to, level })
      const lists = [[], ['a', 1], [entry('x', 'read'), entry('y', 'own')], [entry('x', 'own')], [[1]]]
      const rows = lists.map((list) => ({ list }))
      const { name } = await createTableOf(open(), { list: json }, rows)
      const having = (...wanted: readonly unknown[]) =>
        readWhere(open(), name, 'list', json, dialect.listHasAny(sql.id('list'), sql.val(JSON.stringify(wanted))))
      assert.deepEqual(await having(), [])
      assert.deepEqual(await having(2, 'a'), [['a', 1]])
      assert.deepEqual(await having('1'), [])
      assert.deepEqual(await having(entry('x', 'own'), entry('z', 'read')), [[entry('x', 'own')]])
      assert.deepEqual(await having(entry('y', 'own')), [[entry('x', 'read'), entry('y', 'own')]])
      assert.deepEqual(await having({ to: 'x' }, entry('x', 'rea')), [])
    })
  })

  describe('order', () => {
    it('of texts is that of their bytes', async () => {
      const texts = ['', ' ', '10', '9', 'B', 'a', 'a b', 'ab', 'b', 'é', '€', '\uffff', '😀']
      assert.deepEqual(await sorted(open(), { kind: 'text' }, texts.toReversed(), 'asc'), texts)
    })

    for (const [name, type] of Object.entries(everyColumn)) {
      if (type.kind === 'json') continue
      it(`of a column of type ${type.kind} (${name}) puts nulls first ascending, last descending`, async () => {
        const values = fc.sample(anyValue(type), { numRuns: 10, seed: 7 })
        const ascending = await sorted(open(), type, [...values, null, null], 'asc')
        const descending = await sorted(open(), type, [...values, null, null], 'desc')
        assert.deepEqual(ascending.slice(0, 2), [null, null])
        assert.deepEqual(descending, ascending.toReversed())
        assert.deepEqual(ascending.slice(2), [...values].sort(comparisons[type.kind] ?? byText))
      })
    }
  })

  describe('for update', () => {
    it('follows a select', async () => {
      const table = await createTableOf(open(), {}, [{}])
      const { dialect } = open()
      const rows = await open().transaction(async (tx) =>
        tx.query(dialect.compile(sql`select 1 from ${sql.id(table.name)} ${dialect.forUpdate}`)),
      )
      assert.equal(rows.length, 1)
    })
  })

  describe('compiling', () => {
    it('gives the same text for the same query, whatever the values', () => {
      const { compile } = open().dialect
      const query = (value: unknown) =>
        sql`select ${sql.id('order')} from ${sql.id('a"b')} where ${sql.ref('t.x')} = ${value}`
      assert.equal(compile(query(1)).text, compile(query('b')).text)
      assert.match(compile(query(1)).text, /^select "order" from "a""b" where "t"\."x" = (\?|\$1)$/)
      assert.deepEqual(compile(query('b')).parameters, ['b'])
    })
  })
}

async function sorted(database: Database, type: ColumnType, values: readonly unknown[], direction: 'asc' | 'desc') {
  const { dialect } = database
  const rows: readonly Values[] = values.map((value) => ({ value }))
  const table = await createTableOf(database, { value: type }, rows)
  const order = dialect.orderBy(sql.id('value'), direction, true)
  const found = await select(database, sql`select ${sql.id('value')} from ${sql.id(table.name)} order by ${order}`)
  return found.map((row) => dialect.decode(type, row[0]))
}

type Comparison = (left: unknown, right: unknown) => number

const byText: Comparison = (left, right) => Buffer.compare(Buffer.from(String(left)), Buffer.from(String(right)))
const byNumber: Comparison = (left, right) => Number(left) - Number(right)
const byDigits: Comparison = (left, right) => {
  const [a, b] = [left, right].map((value) => BigInt((value as string).replace('.', '')))
  return a === b ? 0 : a! < b! ? -1 : 1
}
const comparisons: Partial<Record<ColumnType['kind'], Comparison>> = {
  integer: byNumber,
  real: byNumber,
  boolean: byNumber,
  decimal: byDigits,
}
