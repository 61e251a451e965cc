import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { test } from 'node:test'

const page = 'docs/guide/shop.md'
const shop = 'examples/store'

test(`${page} names every file of the shop, and none that does not exist`, () => {
  const named = filesNamed(readFileSync(page, 'utf8'))
  const missing = filesOfShop().filter((file) => !named.has(file))
  assert.deepEqual(missing, [], `say in ${page} what these hold`)
  const gone = [...named].filter((file) => !existsSync(join(shop, file)) && !existsSync(file))
  assert.deepEqual(gone, [], `take these out of ${page}`)
})

test('every room of the shop is in the sum that app.ts makes', () => {
  const app = readFileSync(join(shop, 'app.ts'), 'utf8')
  const forgotten = globSync('*/*-room.ts', { cwd: shop }).filter((room) => !app.includes(`'./${room}'`))
  assert.deepEqual(forgotten, [])
})

/** Without tests and what they are made of, and without the texts that goods and reviews are seeded with. */
function filesOfShop(): readonly string[] {
  const exclude = ['**/node_modules/**', '**/*.test.ts', 'testing/**', 'seed/products/**', 'seed/reviews/**', 'data/**']
  return globSync('**/*.ts', { cwd: shop, exclude }).sort()
}

/** A heading with a folder says where the files below it lie; elsewhere they are named by their path. */
function filesNamed(text: string): ReadonlySet<string> {
  let room = ''
  const named = new Set<string>()
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) room = /^### `([\w-]+)\/`$/.exec(line)?.[1] ?? ''
    for (const [, name = ''] of line.matchAll(/`([\w./-]+\.ts)`/g))
      named.add(name.includes('/') ? name : posix.join(room, name))
  }
  return named
}
