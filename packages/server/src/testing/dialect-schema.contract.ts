import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import fc from 'fast-check'
import { newId } from '../base/id.ts'
import { type ColumnType, ConstraintError, type Database, foreignKeyName, type TableShape } from '../ports/database.ts'
import { find } from './dialect-search.contract.ts'
import {
  type Columns,
  columnOf,
  createTableOf,
  everyColumn,
  insertRows,
  readRows,
  runSchema,
  tableOf,
  type Values,
} from './dialect-tables.ts'
import { anyTable } from './table-shape.arbitrary.ts'

export function schemaContract(open: () => Database): void {
  const schema = () => open().dialect.schema
  const shapeOf = async (name: string) => (await open().readTables([name]))[0]
  const isNow = async (table: TableShape) => assert.deepEqual(inAnyOrder(await shapeOf(table.name)), inAnyOrder(table))
  const target = `target_${newId().slice(-12)}`

  describe('tables', () => {
    before(() => runSchema(open(), schema().createTable(tableOf(open(), {}, { name: target }))))

    it('are read back as they were created, whatever their shape', async () => {
      await fc.assert(
        fc.asyncProperty(anyTable(open().dialect, 'created', target), async (table) => {
          await runSchema(open(), schema().createTable(table))
          const [read] = await open().readTables(['created'])
          await runSchema(open(), schema().dropTable(table))
          assert.deepEqual(read, table)
        }),
        { numRuns: 60, endOnFailure: true }, // a table that is left over would fail what follows
      )
      assert.deepEqual(await open().readTables(['created']), [])
    })

    it('are read in the order they are asked for, without those that are absent', async () => {
      const [a, b] = [await createTableOf(open(), {}, []), await createTableOf(open(), {}, [])]
      const read = await open().readTables([b.name, 'absent', a.name])
      assert.deepEqual(
        read.map((table) => table.name),
        [b.name, a.name],
      )
      assert.deepEqual(await open().readTables([]), [])
    })

    it('are reshaped from any shape to any other', async () => {
      const any = anyTable(open().dialect, 'reshaped', target)
      await fc.assert(
        fc.asyncProperty(any, any, async (from, to) => {
          await runSchema(open(), schema().createTable(from))
          await runSchema(open(), schema().reshapeTable(from, to, nullFills(from, to)))
          const [read] = await open().readTables(['reshaped'])
          await runSchema(open(), schema().dropTable(to))
          assert.deepEqual(inAnyOrder(read), inAnyOrder(to))
        }),
        { numRuns: 60, endOnFailure: true }, // a table that is left over would fail what follows
      )
    })

    it('that keep their shape are not touched', async () => {
      await fc.assert(
        fc.property(anyTable(open().dialect, 'same', target), (table) => {
          assert.deepEqual(schema().reshapeTable(table, structuredClone(table), {}), [])
          assert.equal(schema().rewritesTable(table, structuredClone(table)), false)
        }),
      )
    })

    it('refuse what breaks their constraints', async () => {
      const columns = { parent: { kind: 'id' }, code: { kind: 'text' } } as const
      const name = `strict_${newId().slice(-12)}`
      const table = tableOf(open(), columns, {
        name,
        indexes: [{ name: `${name}_code_key`, columns: ['code'], isUnique: true }],
        foreignKeys: [
          { name: foreignKeyName(name, 'parent'), column: 'parent', targetTable: name, onDelete: 'restrict' },
        ],
      })
      await runSchema(open(), schema().createTable(table))
      const root = newId()
      await insertRows(open(), name, columns, [
        { id: root, code: 'a' },
        { code: null },
        { code: null },
        { parent: root },
      ])
      const refuses = (row: Values, kind: string) =>
        assert.rejects(
          insertRows(open(), name, columns, [row]),
          (error) => error instanceof ConstraintError && error.kind === kind,
        )
      await refuses({ code: 'a' }, 'unique')
      await refuses({ id: root }, 'unique')
      await refuses({ id: null }, 'notNull')
      await refuses({ parent: newId() }, 'foreignKey')
    })
  })

  describe('what is deleted', () => {
    const columns = { parent: { kind: 'id' }, code: { kind: 'text' } } as const
    const family = async (onDelete: 'restrict' | 'cascade' | 'setNull') => {
      const name = `family_${newId().slice(-12)}`
      const foreignKeys = [{ name: foreignKeyName(name, 'parent'), column: 'parent', targetTable: name, onDelete }]
      await runSchema(open(), schema().createTable(tableOf(open(), columns, { name, foreignKeys })))
      const root = newId()
      await insertRows(open(), name, columns, [
        { id: root, code: 'root' },
        { parent: root, code: 'child' },
      ])
      return name
    }
    const run = (text: string) => open().transaction(async (tx) => tx.script(text))

    it('takes its dependents with it, frees them or is kept by them', async () => {
      const [cascade, setNull, restrict] = [await family('cascade'), await family('setNull'), await family('restrict')]
      await run(`delete from "${cascade}" where "code" = 'root'`)
      await run(`delete from "${setNull}" where "code" = 'root'`)
      await assert.rejects(
        run(`delete from "${restrict}" where "code" = 'root'`),
        (error) => error instanceof ConstraintError && error.kind === 'foreignKey',
      )
      assert.deepEqual(await readRows(open(), cascade, columns), [])
      assert.deepEqual(await readRows(open(), setNull, columns), [{ parent: null, code: 'child' }])
      assert.equal((await readRows(open(), restrict, columns)).length, 2)
    })

    it('may go together with what keeps it, in one statement', async () => {
      const name = await family('restrict')
      await run(`delete from "${name}"`)
      assert.deepEqual(await readRows(open(), name, columns), [])
    })
  })

  describe('a table with rows', () => {
    const columns = { name: { kind: 'text' }, order: { kind: 'integer' }, parent: { kind: 'id' } } as const
    const rows = [
      { name: 'green tea', order: 1, parent: null },
      { name: 'black tea', order: null, parent: null },
    ]
    const make = async () => {
      const name = `t_${newId().slice(-12)}`
      return createTableOf(open(), columns, rows, {
        name,
        indexes: [
          { name: `${name}_a_idx`, columns: ['name', 'order'], isUnique: false },
          { name: `${name}_b_idx`, columns: ['parent'], isUnique: false },
        ],
        foreignKeys: [
          { name: foreignKeyName(name, 'parent'), column: 'parent', targetTable: name, onDelete: 'setNull' },
        ],
        search: ['name'],
      })
    }
    const keepsRows = async (table: TableShape, expected: readonly Values[] = rows, read: Columns = columns) =>
      assert.deepEqual(await readRows(open(), table.name, read), expected)

    it('is renamed with all that belongs to it', async () => {
      const table = await make()
      const name = `${table.name}_new`
      await runSchema(open(), schema().renameTable(table, name))
      const [key] = table.foreignKeys
      const renamed = {
        ...table,
        name,
        foreignKeys: [{ ...key!, name: foreignKeyName(name, 'parent'), targetTable: name }],
      }
      await isNow(renamed)
      await keepsRows(renamed)
      await insertRows(open(), name, columns, [{ name: 'white tea' }])
      assert.equal((await find(open(), renamed, 'tea')).length, 3)
      const indexes = table.indexes.map((index) => ({ ...index, name: `${index.name}_2` }))
      await runSchema(open(), schema().createTable({ ...table, indexes }))
      await isNow({ ...table, indexes })
      assert.deepEqual(await find(open(), table, 'tea'), [])
    })

    it('gets columns: nullable, filled, required and referring', async () => {
      const table = await make()
      const added = {
        filled: { kind: 'instant' },
        required: { kind: 'decimal', precision: 10, scale: 2 },
        empty: { kind: 'json' },
        owner: { kind: 'id' },
      } as const
      const shapes = Object.entries(added).map(([name, type]) => columnOf(open(), name, type, name !== 'required'))
      const foreignKeys = [
        {
          name: foreignKeyName(table.name, 'owner'),
          column: 'owner',
          targetTable: table.name,
          onDelete: 'cascade' as const,
        },
        ...table.foreignKeys,
      ]
      const literal = (type: ColumnType, value: unknown) => schema().literal(type, value)
      const fills = [
        literal(added.filled, '2026-03-01T00:00:00.000Z'),
        literal(added.required, '-0.50'),
        undefined,
        undefined,
      ]
      for (const [index, column] of shapes.entries()) {
        await runSchema(open(), schema().addColumn({ ...table, foreignKeys }, column, fills[index]))
      }
      await isNow({ ...table, columns: [...table.columns, ...shapes], foreignKeys })
      const values = { filled: '2026-03-01T00:00:00.000Z', required: '-0.50', empty: null, owner: null }
      await keepsRows(
        table,
        rows.map((row) => ({ ...row, ...values })),
        { ...columns, ...added },
      )
      await insertRows(open(), table.name, { ...columns, ...added }, [
        { name: 'later', order: 3, parent: null, required: '1.00' },
      ])
      const [later] = (await readRows(open(), table.name, { ...columns, ...added })).slice(-1)
      assert.equal(later?.filled, null)
    })

    it('loses columns, with their indexes, their foreign key and their place in the search', async () => {
      const table = await make()
      const [, name, order, parent] = table.columns
      await runSchema(open(), schema().dropColumn(table, order!))
      const second = {
        ...table,
        columns: table.columns.filter((column) => column !== order),
        indexes: table.indexes.slice(1),
      }
      await isNow(second)
      await runSchema(open(), schema().dropColumn(second, parent!))
      const third = {
        ...second,
        columns: second.columns.filter((column) => column !== parent),
        indexes: [],
        foreignKeys: [],
      }
      await isNow(third)
      await keepsRows(
        third,
        rows.map((row) => ({ name: row.name })),
        { name: columns.name },
      )
      assert.equal((await find(open(), third, 'green')).length, 1)
      await runSchema(open(), schema().dropColumn(third, name!))
      const { search: _, ...last } = { ...third, columns: third.columns.filter((column) => column !== name) }
      await isNow(last)
    })

    it('keeps search when one of two searchable columns goes', async () => {
      const two = { name: columns.name, note: columns.name }
      const table = await createTableOf(open(), two, [{ name: 'tea', note: 'hot' }], { search: ['note', 'name'] })
      await runSchema(open(), schema().dropColumn(table, table.columns[2]!))
      await isNow({ ...table, columns: table.columns.slice(0, 2), search: ['name'] })
      assert.deepEqual(await find(open(), table, 'tea'), ['tea'])
      assert.deepEqual(await find(open(), table, 'hot'), [])
    })

    it('has columns renamed, and indexes, foreign keys and search follow', async () => {
      const table = await make()
      await runSchema(open(), schema().renameColumn(table, 'parent', 'group'))
      await runSchema(open(), schema().renameColumn(table, 'name', 'rank'))
      await runSchema(open(), schema().renameColumn(table, 'order', 'select'))
      const renamed = (name: string) => ({ parent: 'group', name: 'rank', order: 'select' })[name] ?? name
      const [key] = table.foreignKeys
      await isNow({
        ...table,
        columns: table.columns.map((column) => ({ ...column, name: renamed(column.name) })),
        indexes: table.indexes.map((index) => ({ ...index, columns: index.columns.map(renamed) })),
        foreignKeys: [{ ...key!, name: foreignKeyName(table.name, 'group'), column: 'group' }],
        search: ['rank'],
      })
      await runSchema(open(), schema().renameColumn({ ...table, foreignKeys: [] }, 'rank', 'name'))
      assert.equal((await find(open(), table, 'tea')).length, 2)
      await insertRows(open(), table.name, { name: columns.name }, [{ name: 'white tea' }])
      assert.equal((await find(open(), table, 'tea')).length, 3)
    })

    it('gets and loses indexes', async () => {
      const table = await make()
      const index = { name: `${table.name}_c_idx`, columns: ['order', 'id'], isUnique: true }
      await runSchema(open(), schema().createIndex(table, index))
      await isNow({ ...table, indexes: [...table.indexes, index] })
      await runSchema(open(), schema().dropIndex(table, index))
      await isNow(table)
    })

    it('is reshaped without loss: nullability, foreign keys, type, search, columns', async () => {
      const table = await make()
      const to: TableShape = {
        ...table,
        columns: [
          ...table.columns.slice(0, 2),
          columnOf(open(), 'order', { kind: 'decimal', precision: 10, scale: 2 }, false),
          table.columns[3]!,
          columnOf(open(), 'note', columns.name, false),
        ],
        foreignKeys: [{ ...table.foreignKeys[0]!, onDelete: 'cascade' }],
        search: ['note', 'name'],
      }
      const decimal = { kind: 'decimal', precision: 10, scale: 2 } as const
      const order = schema().literal(decimal, '7.5')
      const note = schema().literal(columns.name, `it's hot`)
      assert.equal(schema().rewritesTable(table, to), true)
      await runSchema(open(), schema().reshapeTable(table, to, { order, note }))
      await isNow(to)
      const expected = rows.map((row) => ({ ...row, order: '7.50', note: `it's hot` }))
      await keepsRows(to, expected, { ...columns, order: decimal, note: columns.name })
      assert.deepEqual(await find(open(), to, 'hot green'), ['green tea'])
      await insertRows(open(), to.name, { ...columns, order: decimal, note: columns.name }, [
        { name: 'x', order: '1.00', note: 'new' },
      ])
      assert.deepEqual(await find(open(), to, 'new'), ['x'])
    })

    it('has only its nulls filled when a column becomes required', async () => {
      const table = await make()
      const [id, name, order, parent] = table.columns
      const to = { ...table, columns: [id!, name!, { ...order!, isNullable: false }, parent!] }
      await runSchema(open(), schema().reshapeTable(table, to, { order: '9' }))
      await isNow(to)
      await keepsRows(to, [rows[0]!, { ...rows[1], order: 9 }])
      await runSchema(open(), schema().reshapeTable(to, table, {}))
      await isNow(table)
      await keepsRows(table, [rows[0]!, { ...rows[1], order: 9 }])
    })

    it('gets search and loses it without being rewritten where the database can', async () => {
      const table = await make()
      const { search: _, ...plain } = table
      await runSchema(open(), schema().reshapeTable(table, plain, {}))
      await isNow(plain)
      assert.equal(schema().rewritesTable(table, plain), false)
      await runSchema(open(), schema().reshapeTable(plain, table, {}))
      await isNow(table)
      assert.equal((await find(open(), table, 'tea')).length, 2)
    })

    it('is left as it was when a required column has nothing to hold', async () => {
      const table = await make()
      const columnsWithRequired = table.columns.map((column) =>
        column.name === 'order' ? { ...column, isNullable: false } : column,
      )
      await assert.rejects(
        runSchema(open(), schema().reshapeTable(table, { ...table, columns: columnsWithRequired }, {})),
      )
      await isNow(table)
      await keepsRows(table)
    })
  })

  describe('a column that gets another type', () => {
    const convert = async (from: ColumnType, to: ColumnType, values: readonly unknown[]) => {
      const table = await createTableOf(
        open(),
        { value: from },
        values.map((value) => ({ value })),
      )
      const columns = [table.columns[0]!, columnOf(open(), 'value', to)]
      const statements = schema().reshapeTable(table, { ...table, columns }, {})
      await runSchema(open(), statements)
      await isNow({ ...table, columns })
      return (await readRows(open(), table.name, { value: to })).map((row) => row.value)
    }
    const id = newId()
    const money = { kind: 'decimal', precision: 10, scale: 2 } as const
    const cases: readonly [from: ColumnType, to: ColumnType, value: unknown, expected: unknown][] = [
      [{ kind: 'id' }, { kind: 'text' }, id, id],
      [{ kind: 'integer' }, { kind: 'text' }, -5, '-5'],
      [money, { kind: 'text' }, '-0.50', '-0.50'],
      [{ kind: 'boolean' }, { kind: 'text' }, true, 'true'],
      [{ kind: 'instant' }, { kind: 'text' }, '0099-03-01T00:00:00.001Z', '0099-03-01T00:00:00.001Z'],
      [{ kind: 'date' }, { kind: 'text' }, '0099-03-01', '0099-03-01'],
      [{ kind: 'json' }, { kind: 'text' }, 'a"b', 'a"b'],
      [{ kind: 'json' }, { kind: 'text' }, [1], '[1]'],
      [{ kind: 'text' }, { kind: 'id' }, id.toUpperCase(), id],
      [{ kind: 'text' }, { kind: 'integer' }, '12', 12],
      [{ kind: 'text' }, { kind: 'real' }, '1.5', 1.5],
      [{ kind: 'text' }, { kind: 'boolean' }, 'false', false],
      [{ kind: 'text' }, { kind: 'date' }, '2026-03-01', '2026-03-01'],
      [{ kind: 'text' }, { kind: 'instant' }, '2026-03-01T10:00:00+02:00', '2026-03-01T08:00:00.000Z'],
      [{ kind: 'integer' }, { kind: 'real' }, 5, 5],
      [{ kind: 'integer' }, money, 5, '5.00'],
      [{ kind: 'integer' }, { kind: 'boolean' }, 2, true],
      [{ kind: 'boolean' }, { kind: 'integer' }, true, 1],
      [money, { kind: 'integer' }, '-2.50', -3],
      [money, { kind: 'real' }, '12.25', 12.25],
      [money, { ...money, scale: 4 }, '-1.25', '-1.2500'],
      [money, { ...money, scale: 1 }, '-1.25', '-1.3'],
      [money, { ...money, scale: 1 }, '1.24', '1.2'],
      [{ kind: 'real' }, { kind: 'integer' }, 2.7, 3],
      [{ kind: 'real' }, money, 0.1, '0.10'],
      [{ kind: 'instant' }, { kind: 'date' }, '2026-03-01T23:59:59.999Z', '2026-03-01'],
      [{ kind: 'date' }, { kind: 'instant' }, '2026-03-01', '2026-03-01T00:00:00.000Z'],
    ]
    for (const [from, to, value, expected] of cases) {
      it(`keeps its value: ${from.kind} ${JSON.stringify(value)} as ${to.kind}`, async () => {
        assert.deepEqual(await convert(from, to, [value, null]), [expected, null])
      })
    }

    for (const [name, type] of Object.entries(everyColumn)) {
      it(`keeps its value as JSON: ${type.kind} (${name})`, async () => {
        const value = jsonSamples[type.kind](type)
        assert.deepEqual(await convert(type, { kind: 'json' }, [value, null]), [value, null])
      })
    }

    const impossible: readonly [from: ColumnType, to: ColumnType, value: unknown][] = [
      [{ kind: 'text' }, { kind: 'integer' }, 'many'],
      [{ kind: 'text' }, { kind: 'real' }, '1,5'],
      [{ kind: 'text' }, { kind: 'boolean' }, 'perhaps'],
      [{ kind: 'text' }, { kind: 'id' }, 'me'],
      [{ kind: 'text' }, { kind: 'date' }, '2026-02-30'],
      [{ kind: 'text' }, { kind: 'instant' }, 'soon'],
      [{ kind: 'integer' }, { kind: 'id' }, 1],
      [{ kind: 'boolean' }, { kind: 'instant' }, true],
    ]
    for (const [from, to, value] of impossible) {
      it(`is refused, not emptied: ${from.kind} ${JSON.stringify(value)} as ${to.kind}`, async () => {
        await assert.rejects(convert(from, to, [value]))
      })
    }
  })
}

const jsonSamples: Readonly<Record<ColumnType['kind'], (type: ColumnType) => unknown>> = {
  id: () => '0190163d-8694-739b-aea5-966c26f8ad91',
  text: () => 'it\'s "this"',
  integer: () => -5,
  real: () => 1.5,
  decimal: ({ scale = 0 }) => (scale === 0 ? '-7' : `-0.${'5'.padEnd(scale, '0')}`),
  boolean: () => false,
  instant: () => '0099-03-01T00:00:00.001Z',
  date: () => '0099-03-01',
  json: () => ({ a: [1] }),
}

/** On empty tables every change is possible, if only the new value is said. */
function nullFills(from: TableShape, to: TableShape): Record<string, string> {
  const changed = to.columns.filter((column) =>
    from.columns.some((old) => old.name === column.name && old.typeName !== column.typeName),
  )
  return Object.fromEntries(changed.map((column) => [column.name, 'null']))
}

/** PostgreSQL cannot move a column. */
function inAnyOrder(table: TableShape | undefined): TableShape | undefined {
  return table && { ...table, columns: table.columns.toSorted((left, right) => (left.name < right.name ? -1 : 1)) }
}
