import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ColumnType, Database, Sql } from '../ports/database.ts'
import { sql } from '../ports/sql.ts'
import { createTableOf, select, type Values } from './dialect-tables.ts'

export function aggregatesContract(open: () => Database): void {
  const of = async (type: ColumnType, values: readonly unknown[], expression: (column: Sql) => Sql) => {
    const rows: readonly Values[] = values.map((value) => ({ value }))
    const table = await createTableOf(open(), { value: type }, rows)
    const found = await select(open(), sql`select ${expression(sql.id('value'))} from ${sql.id(table.name)}`)
    return found.map((row) => row[0])
  }
  const sum = async (type: ColumnType, values: readonly unknown[]) => {
    const { dialect } = open()
    return dialect.decode(type, (await of(type, values, (column) => dialect.sum(type, column)))[0])
  }
  const average = async (type: ColumnType, values: readonly unknown[]) => {
    const { dialect } = open()
    return dialect.decode({ kind: 'real' }, (await of(type, values, (column) => dialect.average(type, column)))[0])
  }
  const integer = { kind: 'integer' } as const
  const decimal = { kind: 'decimal', precision: 10, scale: 2 } as const
  const real = { kind: 'real' } as const

  describe('aggregates', () => {
    it('sum exactly', async () => {
      assert.equal(await sum(integer, [1, 2, null]), 3)
      assert.equal(await sum(decimal, ['0.10', '0.20', '-1.00', null]), '-0.70')
      assert.equal(await sum(real, [0.5, 0.25]), 0.75)
    })

    it('sum integers beyond 2^53 to text, since no number is exact there', async () => {
      assert.equal(await sum(integer, [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 1]), '18014398509481983')
      const wide = { kind: 'decimal', precision: 18, scale: 2 } as const
      assert.equal(await sum(wide, ['9999999999999999.99', '0.01']), '10000000000000000.00')
    })

    it('average to a number', async () => {
      assert.equal(await average(integer, [1, 2, null]), 1.5)
      assert.equal(await average(decimal, ['0.10', '0.20', '0.60']), 0.3)
      assert.equal(await average(real, [0.5, 0.25]), 0.375)
    })

    it('of nothing are null', async () => {
      for (const type of [integer, decimal, real]) {
        assert.equal(await sum(type, []), null)
        assert.equal(await average(type, [null]), null)
      }
    })

    it('find the least and the greatest', async () => {
      const instant = { kind: 'instant' } as const
      const values = ['2026-03-01T09:30:00.000Z', '0099-01-01T00:00:00.001Z', null]
      const { dialect } = open()
      const [least] = await of(instant, values, (column) => sql`min(${column})`)
      const [greatest] = await of(decimal, ['9.00', '10.00'], (column) => sql`max(${column})`)
      assert.equal(dialect.decode(instant, least), values[1])
      assert.equal(dialect.decode(decimal, greatest), '10.00')
    })
  })

  describe('truncating', () => {
    const starts = { year: '2026-01-01', month: '2026-03-01', day: '2026-03-31' } as const
    for (const unit of ['year', 'month', 'day'] as const) {
      it(`gives the start of the ${unit}, in UTC`, async () => {
        const { dialect } = open()
        const [instant, date]: ColumnType[] = [{ kind: 'instant' }, { kind: 'date' }]
        const start = async (type: ColumnType, value: unknown) => {
          const [first] = await of(type, [value], (column) => dialect.truncate(type, column, unit))
          return dialect.decode(type, first)
        }
        assert.equal(await start(instant!, '2026-03-31T23:59:59.999Z'), `${starts[unit]}T00:00:00.000Z`)
        assert.equal(await start(date!, '2026-03-31'), starts[unit])
        assert.equal(await start(date!, null), null)
      })
    }

    it('groups', async () => {
      const { dialect } = open()
      const type = { kind: 'instant' } as const
      const values = ['2026-03-01T00:00:00.000Z', '2026-03-31T23:59:59.999Z', '2026-04-01T00:00:00.000Z']
      const table = await createTableOf(
        open(),
        { value: type },
        values.map((value) => ({ value })),
      )
      const month = dialect.truncate(type, sql.id('value'), 'month')
      const rows = await select(
        open(),
        sql`select ${month}, count(*) from ${sql.id(table.name)} group by ${month} order by 1`,
      )
      const decoded = rows.map(([start, count]) => [dialect.decode(type, start), Number(count)])
      assert.deepEqual(decoded, [
        ['2026-03-01T00:00:00.000Z', 2],
        ['2026-04-01T00:00:00.000Z', 1],
      ])
    })
  })

  describe('the estimate of rows', () => {
    it('is near the truth after statistics were gathered, or is not given', async () => {
      const { dialect } = open()
      const rows = Array.from({ length: 500 }, (_, value) => ({ value }))
      const table = await createTableOf(open(), { value: integer }, rows)
      const estimate = dialect.estimateRows(table.name)
      if (estimate === undefined) return
      const read = async () => dialect.decode(integer, (await select(open(), sql`select ${estimate}`))[0]?.[0])
      assert.equal(await read(), null)
      await open().transaction(async (tx) => tx.script(`analyze "${table.name}"`))
      assert.equal(await read(), 500)
    })
  })
}
