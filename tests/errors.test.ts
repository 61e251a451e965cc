import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { issueMeanings } from '../packages/server/src/base/issue-codes.ts'
import { errorsPage, errorsPagePath, findErrorTables } from '../scripts/errors-page.ts'

const tables = await findErrorTables()
const errors = tables.flatMap((table) => table.errors)

test('every code is defined once', () => {
  const codes = errors.map((error) => error.code)
  assert.ok(codes.length > 5, 'the tables were found')
  assert.deepEqual(
    codes.filter((code, position) => codes.indexOf(code) !== position),
    [],
  )
})

test('every code is snake_case', () => {
  assert.deepEqual(
    errors.map((error) => error.code).filter((code) => !/^[a-z]+(_[a-z0-9]+)+$/.test(code)),
    [],
  )
})

test('every message is a sentence', () => {
  assert.deepEqual(
    errors.map((error) => error.message).filter((message) => !isSentence(message)),
    [],
  )
})

test('docs/errors.md lists every error', () => {
  const isCurrent = readFileSync(errorsPagePath, 'utf8') === errorsPage(tables)
  assert.ok(isCurrent, 'write it again: node scripts/errors-page.ts')
})

test('every code of a single problem is told somewhere, and its meaning is a sentence', () => {
  const paths = globSync('packages/server/src/**/*.ts', {
    exclude: (path) => /(test|contract|field-samples|issue-codes)\.ts$/.test(path),
  })
  const source = paths.map((path) => readFileSync(path, 'utf8')).join('\n')
  for (const [code, meaning] of Object.entries(issueMeanings)) {
    assert.ok(source.includes(`'${code}'`), `${code} is told nowhere`)
    assert.match(code, /^[a-z]+(_[a-z]+)*$/)
    assert.ok(isSentence(meaning), meaning)
  }
})

/** Starts with a capital and ends with a full stop, or with a list of sentences. */
function isSentence(message: string): boolean {
  return /^(\{problem\} )?[A-Z].*(\.|:\n\{list\})$/s.test(message)
}
