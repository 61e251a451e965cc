import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { databases } from './databases.ts'
import { makeProject, runGalley, startGalley } from './run-galley.ts'

const shop = (fields: string) => `
import { collection, defineApp, everyone, integer, text } from 'galley'
const teas = collection('teas', { fields: { name: text(), ${fields} }, rules: { read: everyone() } })
export default defineApp({ name: 'shop', collections: [teas] })
`

for (const { name: database, projectUrl } of databases) {
  test(`a change of the declarations is planned, read, applied and taken back, on ${database}`, async () => {
    const folder = makeProject(shop('old: text({ optional: true })'))
    const variables = { DATABASE_URL: await projectUrl() }
    const migrate = async (...words: readonly string[]) => runGalley(folder, ['migrate', ...words], variables)
    const expectOk = async (pattern: RegExp, ...words: readonly string[]) => {
      const { exitCode, stdout, stderr } = await migrate(...words)
      assert.equal(exitCode, 0, stderr)
      assert.match(stdout, pattern)
    }
    await (await startGalley(folder, ['start'], variables)).stop()
    await expectOk(/^The database is what the declarations say\.$/m, 'status')
    await expectOk(/^Nothing to change\.$/m, 'plan')

    writeFileSync(join(folder, 'app.ts'), shop('stock: integer({ default: 0 })'))
    await expectOk(/loses data +drops column old[^\n]*\n +safe +adds column stock/, 'plan', '--name', 'Count the stock')
    const file = join(folder, 'migrations', database, '0001-count-the-stock.sql')
    assert.deepEqual(readdirSync(join(folder, 'migrations', database)), ['0001-count-the-stock.sql'])
    const planAgain = await migrate('plan')
    assert.equal(planAgain.exitCode, 1)
    assert.match(planAgain.stderr, /^These migrations have not been applied yet: 0001-count-the-stock\./)

    const refused = await migrate('apply')
    assert.equal(refused.exitCode, 1)
    assert.match(refused.stderr, /^The migration 0001-count-the-stock loses data:/)
    writeFileSync(file, readFileSync(file, 'utf8').replace('allow: nothing', 'allow: data loss'))
    await expectOk(/^Applied 0001-count-the-stock in \d+ ms\.$/m, 'apply')
    await expectOk(/^There is no migration file that has not been applied\.$/m, 'apply')
    await expectOk(/0001-count-the-stock [^\n]*\n.*The database is what the declarations say\./, 'status')

    const down = await migrate('down')
    assert.equal(down.exitCode, 1)
    assert.match(down.stderr, /^Going back before 0001-count-the-stock loses data[\s\S]*--allow-data-loss/)
    await expectOk(/^Reverted 0001-count-the-stock\.$/m, 'down', '--allow-data-loss')
    await expectOk(/To be applied:\n {2}0001-count-the-stock/, 'status')
  })
}

test('a new database counts the migration files as applied', async () => {
  const folder = makeProject(shop('stock: integer()'))
  await (await startGalley(folder, ['start'])).stop()
  writeFileSync(join(folder, 'app.ts'), shop('stock: integer(), year: integer({ optional: true })'))
  assert.equal((await runGalley(folder, ['migrate', 'plan'])).exitCode, 0)
  const elsewhere = { DATA_DIR: 'elsewhere' }
  await (await startGalley(folder, ['start'], elsewhere)).stop()
  const { stdout } = await runGalley(folder, ['migrate', 'apply'], elsewhere)
  assert.equal(stdout, 'There is no migration file that has not been applied.\n')
})
