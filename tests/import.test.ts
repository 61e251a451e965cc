import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { collection, declareFor, defineApp, everyone, integer, money, reference, text } from 'galley'
import { createTestApp } from 'galley/testing'
import { type ImportRequest, importCsv } from '../packages/server/src/app/import/import-csv.ts'
import { databases } from './databases.ts'

const makers = collection('makers', {
  fields: { code: integer({ unique: true }), name: text(), partner: reference('makers', { optional: true }) },
})
const teas = collection('teas', {
  fields: {
    name: text({ unique: true, max: 10 }),
    maker: reference('makers'),
    price: money({ currency: 'EUR' }),
    stock: integer({ min: 0, default: 5 }),
    label: text({ optional: true }),
  },
  rules: { read: everyone() },
})
const { hook } = declareFor([makers, teas])
const label = hook('teas', 'beforeCreate', ({ values }) => ({ label: `${values.name}!` }))
const app = defineApp({ name: 'teas', collections: [makers, teas], hooks: [label] })

const importMap = ['makerCode=maker.code']

for (const { name: database, url } of databases) {
  async function start() {
    const { open, system, close } = await createTestApp(app, { database: await url() })
    const { model, operations } = open
    const load = (name: string, rows: string[], options: Partial<ImportRequest> = {}) =>
      importCsv(
        { collection: name, open: () => Readable.from([Buffer.from(rows.join('\n'))]), map: importMap, ...options },
        { model, operations, database: open.database, now: '2026-03-01T00:00:00.000Z' },
      )
    await load('makers', ['code,name', '1,Ada', '2,Ben'], { map: [] })
    return { load, system, close }
  }

  test(`each row becomes a record, with its references, its defaults and its hooks, on ${database}`, async () => {
    const { load, system, close } = await start()
    const result = await load('teas', ['name,makerCode,price,stock', 'Sencha,1,12.50,', '"A, ""b""",2,3 EUR,7', ''])
    assert.deepEqual(result, { rowCount: 2, looseRowCount: 0, badRowCount: 0, problemCount: 0, problems: [] })
    const { data } = await system.teas.find({ sort: '-name', expand: { maker: true } })
    assert.deepEqual(
      data.map((tea: any) => [tea.name, tea.maker.name, tea.price, tea.stock, tea.label]), // any: collections of the test
      [
        ['Sencha', 'Ada', { amount: 1250, currency: 'EUR' }, 5, 'Sencha!'],
        ['A, "b"', 'Ben', { amount: 300, currency: 'EUR' }, 7, 'A, "b"!'],
      ],
    )
    await close()
  })

  test(`with one bad row nothing is imported, and all problems are told with their lines, on ${database}`, async () => {
    const { load, system, close } = await start()
    const rows = [
      'name,makerCode,price,stock',
      'Sencha,1,1,1',
      'Sencha,1,1,1',
      '"Much\ntoo long",1,x,-1',
      'Bancha,9,1,1',
      'Oolong,1,1',
      'Gyokuro,2,1,1',
    ]
    const { problems, ...counts } = await load('teas', rows)
    assert.deepEqual(counts, { rowCount: 6, looseRowCount: 0, badRowCount: 4, problemCount: 6 })
    assert.deepEqual(
      problems.map(({ line, column }) => [line, column]),
      [
        [3, 'name'],
        [4, 'name'],
        [4, 'price'],
        [4, 'stock'],
        [6, 'makerCode'],
        [7, undefined],
      ],
    )
    assert.equal(problems[4]!.message, 'There is no record in makers whose code is 9.')
    assert.equal(problems[5]!.message, 'The row has 3 cells, but there are 4 columns.')
    assert.equal(await system.teas.count(), 0)
    await close()
  })

  test(`a dry run tells the same and changes nothing, on ${database}`, async () => {
    const { load, system, close } = await start()
    const rows = ['name,makerCode,price', 'Sencha,1,1']
    assert.equal((await load('teas', rows, { isDryRun: true })).rowCount, 1)
    assert.equal(await system.teas.count(), 0)
    await close()
  })

  test(`a row may refer to a later one of the same file, on ${database}`, async () => {
    const { load, system, close } = await start()
    const options = { map: ['partner=partner.code'], nullText: 'NULL' }
    assert.equal((await load('makers', ['code,name,partner', '3,Cy,4', '4,Di,3', '5,Ed,NULL'], options)).badRowCount, 0)
    const { data } = await system.makers.find({ sort: 'code', where: { code: { gte: 3 } }, expand: { partner: true } })
    assert.deepEqual(
      data.map((maker: any) => maker.partner?.code),
      [4, 3, undefined],
    ) // any: as above
    const { problems, badRowCount } = await load('makers', ['code,name,partner', '6,Flo,7'], options)
    assert.equal(badRowCount, 1)
    assert.deepEqual(problems, [
      { line: 2, column: 'partner', message: 'There is no record in makers whose code is 7.' },
    ])
    assert.equal(await system.makers.count(), 5)
    await close()
  })
}

test('text with a comma but without quotes is read where that is the only way to read the row', async () => {
  const { open, system, close } = await createTestApp(app)
  const load = (row: string) =>
    importCsv(
      { collection: 'makers', open: () => Readable.from([Buffer.from(`code,name\n${row}\n`)]) },
      { ...open, now: '2026-03-01T00:00:00.000Z' },
    )
  assert.equal((await load('1,22, rue H. Voiron')).looseRowCount, 1)
  assert.equal((await system.makers.first())?.name, '22, rue H. Voiron')
  assert.equal((await load('2,22,rue H. Voiron')).badRowCount, 1)
  assert.equal((await load('3, a, b,c')).badRowCount, 1)
  await close()
})
