import assert from 'node:assert/strict'
import { createReadStream, existsSync } from 'node:fs'
import { test } from 'node:test'
import { createTestApp } from 'galley/testing'
import { importCsv } from '../../packages/server/src/app/import/import-csv.ts'
import { testPostgresUrl } from '../../tests/postgres-server.ts'
import northwind from './app.ts'
import { importFiles, nullText } from './import.ts'

// The data is not part of this repository; it is read where it lies beside it.
const folder = new URL('../../../shared/northwind/', import.meta.url)
const counts = {
  categories: 8,
  suppliers: 29,
  shippers: 3,
  customers: 91,
  employees: 9,
  products: 77,
  orders: 830,
  'order-details': 2155,
}

const databases: Readonly<Record<string, () => Promise<string | undefined>>> = {
  sqlite: async () => undefined,
  postgres: testPostgresUrl,
}

for (const [name, databaseUrl] of Object.entries(databases)) {
  test(`the eight files of Northwind become an application on ${name}`, { skip: !existsSync(folder) }, async () => {
    const app = await createTestApp(northwind, { database: await databaseUrl() })
    try {
      const ports = {
        model: app.open.model,
        database: app.open.database,
        operations: app.open.operations,
        now: new Date().toISOString(),
      }
      for (const { collection, file, map } of importFiles) {
        const open = () => createReadStream(new URL(file, folder))
        const result = await importCsv({ collection, open, map, nullText, hasLooseCommas: true }, ports)
        assert.deepEqual(
          [file, result.rowCount, result.problems],
          [file, counts[collection as keyof typeof counts], []],
        )
      }
      const [total] = await app.system['order-details'].aggregate({ sum: ['lineTotal'] })
      assert.equal(total!.sum.lineTotal, '1265793.0395')

      const best =
        '/api/order-details/aggregate?groupBy=product.category.name&sum=lineTotal,quantity&sort=-sum.lineTotal&limit=3'
      const of1997 = 'filter[order.orderDate][gte]=1997-01-01&filter[order.orderDate][lt]=1998-01-01'
      const answer = await app.fetch(`${best}&${of1997}`)
      assert.equal(answer.status, 200)
      assert.deepEqual(((await answer.json()) as { data: unknown }).data, [
        { 'product.category.name': 'Dairy Products', sum: { lineTotal: '115387.6400', quantity: 4374 } },
        { 'product.category.name': 'Beverages', sum: { lineTotal: '103924.3050', quantity: 3996 } },
        { 'product.category.name': 'Confections', sum: { lineTotal: '82657.7505', quantity: 4137 } },
      ])
    } finally {
      await app.close()
    }
  })
}
