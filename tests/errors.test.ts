import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
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

/** Starts with a capital and ends with a full stop, or with a list of sentences. */
function isSentence(message: string): boolean {
  return /^(\{problem\} )?[A-Z].*(\.|:\n\{list\})$/s.test(message)
}
