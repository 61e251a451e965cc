import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { makeProject, runGalley, startGalley } from './run-galley.ts'

const [, guide = ''] = /```ts app\.ts\n(.*?)```/s.exec(readFileSync('docs/guide/audits.md', 'utf8')) ?? []
const seeded = `${guide}
export async function seed(db) {
  await db.shelves.create({})
  const { id } = await db.shelves.create({ pieces: 7 })
  for (const pieces of [9, -3]) await db.movements.create({ shelf: id, pieces })
}`
const folder = makeProject(seeded)
const galley = (...args: readonly string[]) => runGalley(folder, args)

before(async () => {
  await (await startGalley(folder, ['start', '--seed'])).stop()
})

test('galley audit tells each broken law of the guide with its figures, and ends with exit code 1', async () => {
  for (const args of [['warehouse'], []]) {
    const { exitCode, stdout } = await galley('audit', ...args)
    assert.equal(exitCode, 1)
    assert.match(
      stdout,
      /^BROKEN {2}A shelf has the pieces that its movements add up to\n {2}shelves [\w-]{36}: it has 7, moved were 6\n/,
    )
    assert.match(stdout, /\nwarehouse: 1 law, 2 records, 1 violation\.\n$/)
  }
})

test('galley audit --json prints one object for each violation', async () => {
  const { exitCode, stdout } = await galley('audit', '--json')
  assert.equal(exitCode, 1)
  const { audit, collection, message } = JSON.parse(stdout)
  assert.deepEqual([audit, collection, message], ['warehouse', 'shelves', 'it has 7, moved were 6'])
})

test('galley audit says that all is well, and what it does not know', async () => {
  const empty = makeProject(guide)
  await (await startGalley(empty, ['start'])).stop()
  const { exitCode, stdout } = await runGalley(empty, ['audit'])
  assert.deepEqual([exitCode, stdout], [0, 'warehouse: 1 law, 0 records, all of them kept.\n'])
  const unknown = await galley('audit', 'warehuose')
  assert.equal(unknown.exitCode, 2)
  assert.match(unknown.stderr, /There is no audit warehuose\. Did you mean warehouse\? There are: warehouse\./)
  assert.match((await galley('audit', 'warehouse', 'more')).stderr, /The argument more is one too many/)
  assert.match((await galley('audit', '--help')).stdout, /Usage: galley audit \[name\] \[options\]/)
})
