import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { importFiles, nullText } from '../examples/northwind/import.ts'
import { databases } from './databases.ts'
import { makeProject, runGalley, startGalley } from './run-galley.ts'

const data = resolve('../shared/northwind')
const skip = existsSync(data) ? false : `the Northwind data set is not at ${data}`
const app = resolve('examples/northwind/app.ts')

for (const { name: database, projectUrl } of databases) {
  test(`the Northwind files import, and one request tells the best-selling categories of 1997, on ${database}`, {
    skip,
  }, async () => {
    const folder = makeProject('')
    const variables = { DATA_DIR: 'data', DATABASE_URL: await projectUrl() }
    for (const { collection, file, map } of importFiles) {
      const flags = map.flatMap((entry) => ['--map', entry])
      const result = await runGalley(
        folder,
        ['import', collection, join(data, file), '--null', nullText, ...flags, '--app', app],
        variables,
      )
      assert.equal(result.exitCode, 0, result.stderr)
    }
    const server = await startGalley(folder, ['start', '--app', app], variables)
    const read = async (path: string): Promise<any> => (await fetch(`${server.url}/api/${path}`)).json() // any: JSON
    const counts = await Promise.all(
      importFiles.map(async ({ collection }) => (await read(`${collection}/aggregate?count=true`)).data[0].count),
    )
    assert.deepEqual(counts, [8, 29, 3, 91, 9, 77, 830, 2155])
    const [{ sum }] = (await read('order-details/aggregate?sum=lineTotal')).data
    assert.equal(sum.lineTotal, '1265793.0395')
    const best = await read(
      'order-details/aggregate?groupBy=product.category.name&sum=lineTotal&sort=-sum.lineTotal&limit=3' +
        '&filter[order.orderDate][between]=1997-01-01,1997-12-31',
    )
    assert.deepEqual(best.data, [
      { 'product.category.name': 'Dairy Products', sum: { lineTotal: '115387.6400' } },
      { 'product.category.name': 'Beverages', sum: { lineTotal: '103924.3050' } },
      { 'product.category.name': 'Confections', sum: { lineTotal: '82657.7505' } },
    ])
    await server.stop()
  })
}

test('every file of the data set is imported', { skip }, () => {
  assert.deepEqual(
    readdirSync(data)
      .filter((file) => file.endsWith('.csv'))
      .sort(),
    importFiles.map(({ file }) => file).sort(),
  )
})
