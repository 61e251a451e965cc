import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const page = readFileSync('docs/threats.md', 'utf8')
const rows = [...page.matchAll(/^\| (V\d+\.\d+)\.(\d+) \| [123] \| .+? \| (.*?) \| (.*) \|$/gm)]

/** How many requirements each section of OWASP ASVS 5.0.0 has, chapters V6 to V10. */
const requirements = {
  ...{ 'V6.1': 3, 'V6.2': 12, 'V6.3': 8, 'V6.4': 6, 'V6.5': 8, 'V6.6': 4, 'V6.7': 2, 'V6.8': 4 },
  ...{ 'V7.1': 3, 'V7.2': 4, 'V7.3': 2, 'V7.4': 5, 'V7.5': 3, 'V7.6': 2 },
  ...{ 'V8.1': 4, 'V8.2': 4, 'V8.3': 3, 'V8.4': 2 },
  ...{ 'V9.1': 3, 'V9.2': 4 },
  ...{ 'V10.1': 2, 'V10.2': 3, 'V10.3': 5, 'V10.4': 16, 'V10.5': 5, 'V10.6': 2, 'V10.7': 3 },
}

test('docs/threats.md has every requirement once, in its order', () => {
  const expected = Object.entries(requirements).flatMap(([section, count]) =>
    Array.from({ length: count }, (_, index) => `${section}.${index + 1}`),
  )
  assert.deepEqual(
    rows.map(([, section, number]) => `${section}.${number}`),
    expected,
  )
})

test('docs/threats.md says of each how far it is met, and by what', () => {
  const words = ['met', 'by option', 'partly', '**not met**', 'yours', 'not there']
  for (const [line, , , word = '', how = ''] of rows) {
    assert.ok(words.includes(word), line)
    if (word !== 'not there') assert.ok(how.trim().length > 5, `says how: ${line}`)
  }
})

test('every test that docs/threats.md names is there', () => {
  const titles = new Set(testFiles().flatMap((path) => titlesOf(readFileSync(path, 'utf8'))))
  const named = [...page.matchAll(/“([^”]+)”/g)].map(([, name = '']) => name)
  assert.ok(named.length > 80)
  assert.deepEqual(
    named.filter((name) => !titles.has(name)),
    [],
  )
})

test('every page that docs/threats.md leads to is there', () => {
  const paths = [...page.matchAll(/\]\(([^):#]+\.md)(?:#[\w-]+)?\)/g)].map(([, path = '']) => join('docs', path))
  assert.deepEqual(
    paths.filter((path) => !existsSync(path)),
    [],
  )
})

function testFiles(): readonly string[] {
  return ['tests', 'examples', 'packages/server/src'].flatMap((folder) => globSync(`${folder}/**/*.test.ts`))
}

function titlesOf(source: string): readonly string[] {
  return [...source.matchAll(/\btest\(\s*(['"`])((?:\\.|(?!\1).)*)\1/g)].map(([, , title = '']) => title)
}
