import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeProject, runGalley } from './run-galley.ts'

const folder = makeProject(`
import { collection, defineApp, integer, reference, text } from 'galley'
const makers = collection('makers', { fields: { code: integer({ unique: true }), name: text() } })
const teas = collection('teas', { fields: { name: text({ unique: true }), maker: reference('makers'), stock: integer({ min: 0 }) } })
export default defineApp({ name: 'teas', collections: [makers, teas] })
`)
const file = (name: string, ...lines: readonly string[]) => writeFileSync(join(folder, name), `${lines.join('\n')}\n`)
const load = (...args: readonly string[]) => runGalley(folder, ['import', ...args])

test('a file is imported, and its columns go where they are told to', async () => {
  file('makers.csv', 'code;name', '1;Ada', '2;Ben, Ltd.')
  assert.equal(
    (await load('makers', 'makers.csv', '--delimiter', ';')).stdout,
    'Made 2 records of makers from makers.csv.\n',
  )
  file('teas.csv', 'tea,makerCode,stock,picture', 'Sencha,1,5,0x15', 'Bancha,2,0,0x16')
  const map = ['--map', 'tea=name', '--map', 'makerCode=maker.code', '--map', 'picture=']
  assert.equal((await load('teas', 'teas.csv', ...map)).stdout, 'Made 2 records of teas from teas.csv.\n')
})

test('with bad rows nothing is imported; each is told with its file, line and column', async () => {
  file('bad.csv', 'name,maker,stock', 'Oolong,1,x', 'Gyokuro,7,1', 'Hojicha,1,1')
  for (const more of [[], ['--dry-run']]) {
    const { exitCode, stdout, stderr } = await load('teas', 'bad.csv', '--map', 'maker=maker.code', ...more)
    assert.equal(exitCode, 1)
    assert.equal(stdout, '')
    assert.match(
      stderr,
      /^bad\.csv:2: stock: .+\nbad\.csv:3: maker: There is no record in makers whose code is 7\.\nNothing was imported, because 2 of 3 rows cannot be accepted\.\n$/,
    )
  }
  file('good.csv', 'name,maker,stock', 'Hojicha,1,1')
  const dryRun = await load('teas', 'good.csv', '--map', 'maker=maker.code', '--dry-run')
  assert.equal(dryRun.stdout, '1 record of teas can be made from good.csv. Nothing was changed (--dry-run).\n')
  assert.equal((await load('teas', 'good.csv', '--map', 'maker=maker.code')).exitCode, 0, 'the name is still free')
})

test('what cannot be imported at all is told before any row is read', async () => {
  file('odd.csv', 'name,maker,stock,odd', 'A,1,1,1')
  file('empty.csv')
  const wrong: readonly [readonly string[], RegExp][] = [
    [['teas', 'gone.csv'], /^There is no file gone\.csv\./],
    [['cups', 'odd.csv'], /^There is no collection cups\. There are: .*makers, teas/],
    [['teas', 'empty.csv'], /^The file is empty\./],
    [
      ['teas', 'odd.csv', '--map', 'nothing=name'],
      /nothing: The file has no column of this name[\s\S]*odd: There is no field odd\. Say where the column goes with --map 'odd=<field>'/,
    ],
  ]
  for (const [args, message] of wrong) {
    const { exitCode, stderr } = await load(...args)
    assert.equal(exitCode, 1)
    assert.match(stderr, message)
  }
})
