import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { floors, floorViolations } from './floors.ts'

const src = (files: Record<string, string>) =>
  new Map(Object.entries(files).map(([path, source]) => [`packages/server/src/${path}`, source]))

test('imports point down the floors, and no values are imported in a circle', () => {
  const paths = globSync(['packages/**/*.ts', 'examples/**/*.ts'], {
    exclude: (path) => /(^|\/)(node_modules|dist)$/.test(path),
  })
  assert.ok(paths.length > 50, 'the tree was found')
  const tree = new Map(paths.map((path) => [path, readFileSync(path, 'utf8')]))
  assert.deepEqual(floorViolations(tree), [])
})

test('ARCHITECTURE.md names every folder and its floor', () => {
  const rows = readFileSync('ARCHITECTURE.md', 'utf8').matchAll(/^\| (\d) \| `([^`/]+)\/?` \|/gm)
  assert.deepEqual(Object.fromEntries([...rows].map(([, floor, folder]) => [folder, Number(floor)])), floors)
})

test('an import that points up is told', () => {
  const tree = src({
    'query/a.ts': `import { b } from '../operations/b.ts'\nb()`,
    'operations/b.ts': 'export const b = () => 1',
  })
  assert.match(floorViolations(tree).join(), /^query\/a\.ts imports operations\/b\.ts: that points up/)
})

test('an import of types alone points down too', () => {
  const tree = src({ 'base/a.ts': `import type { B } from '../model/b.ts'\nexport type A = B` })
  assert.equal(floorViolations(tree).length, 1)
})

test('an import between folders of one floor is told', () => {
  assert.match(floorViolations(src({ 'query/a.ts': `import '../fields/text.ts'` })).join(), /points sideways/)
})

test('a folder without a floor is told', () => {
  assert.match(floorViolations(src({ 'utils/a.ts': `import '../base/id.ts'` })).join(), /utils has no floor/)
})

test('a protocol cannot see the database, not even as a type', () => {
  for (const target of ['ports/database.ts', 'sql/compile.ts', 'schema/plan.ts', 'adapters/database/sqlite/open.ts']) {
    const tree = src({ 'protocols/rest/a.ts': `import type { X } from '../../${target}'` })
    assert.match(floorViolations(tree).join(), /cannot see the database/, target)
  }
})

test('a feature imports only plugin.ts and its own files', () => {
  const allowed = src({ 'features/keys/keys.ts': `import '../../plugin.ts'\nimport './hash.ts'` })
  assert.deepEqual(floorViolations(allowed), [])
  const forbidden = src({ 'features/keys/keys.ts': `import '../../operations/create.ts'\nimport '../files/store.ts'` })
  assert.equal(floorViolations(forbidden).length, 2)
})

test('an adapter imports only base, ports and one vendor', () => {
  const path = 'adapters/database/postgres/open.ts'
  const allowed = `import pg from 'pg'\nimport '../../../ports/database.ts'\nimport '../rows.ts'`
  assert.deepEqual(floorViolations(src({ [path]: allowed })), [])
  assert.match(floorViolations(src({ [path]: `import '../../../model/model.ts'` })).join(), /an adapter imports only/)
  assert.match(floorViolations(src({ [path]: `import '../sqlite/open.ts'` })).join(), /an adapter imports only/)
  assert.match(floorViolations(src({ [path]: `import 'pg'\nimport 'mysql2/promise'` })).join(), /one vendor/)
})

test('a driver is imported by adapters only', () => {
  assert.match(floorViolations(src({ 'app/start.ts': `import pg from 'pg'` })).join(), /only adapters know a driver/)
})

test('an example imports only its own files, galley and Node', () => {
  const tree = new Map([
    ['examples/store/app.ts', `import { collection } from 'galley'\nimport './rules.ts'\nimport 'node:fs'`],
    ['examples/store/bad.ts', `import { newId } from '../../packages/server/src/base/id.ts'`],
    ['examples/store/worse.ts', `import pino from 'pino'`],
  ])
  const violations = floorViolations(tree)
  assert.deepEqual(
    violations.map((sentence) => sentence.split(' ')[0]),
    ['examples/store/bad.ts', 'examples/store/worse.ts'],
  )
})

test('a circle of values is told with its path', () => {
  const tree = src({
    'base/a.ts': `export { b } from './b.ts'`,
    'base/b.ts': `import {\n  c,\n  type D,\n} from './c.ts'\nexport const b = c`,
    'base/c.ts': `export const c = 1\nexport const load = () => import('./a.ts')`,
  })
  assert.match(floorViolations(tree).join(), /in a circle: .*a\.ts → .*b\.ts → .*c\.ts → .*a\.ts\.$/)
})

test('types may refer to each other in a circle', () => {
  const tree = src({
    'base/a.ts': `import type { B } from './b.ts'\nexport type A = B | import('./b.ts').C`,
    'base/b.ts': `import { a } from './a.ts'\nexport const b = a`,
  })
  assert.deepEqual(floorViolations(tree), [])
})

test('an import that is only spoken of is none', () => {
  const tree = src({
    'base/a.ts': `// import '../app/a.ts'\nexport const a = "import '../app/b.ts'"\n/** import '../app/c.ts' */`,
  })
  assert.deepEqual(floorViolations(tree), [])
})
