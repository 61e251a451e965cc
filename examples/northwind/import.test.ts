import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import app from './app.ts'
import { importFiles } from './import.ts'

const fieldsOf = new Map(app.collections.map((collection) => [collection.name, collection.fields]))

test('every mapping names a field, or a unique field behind a reference', () => {
  for (const { collection, map } of importFiles) {
    for (const target of Object.values(map).filter((name) => name !== '')) assertTarget(collection, target)
  }
})

test('every collection has its file', () => {
  assert.deepEqual(importFiles.map((file) => file.collection).sort(), [...fieldsOf.keys()].sort())
})

const data = new URL('../../../shared/northwind/', import.meta.url)

test('every column of the real files has a place', { skip: existsSync(data) ? false : 'the data is not here' }, () => {
  for (const { collection, file, map } of importFiles) {
    const [header = ''] = readFileSync(new URL(file, data), 'utf8').split(/\r?\n/, 1)
    for (const column of header.split(',')) {
      assert.ok(column in map || column in fieldsOf.get(collection)!, `${file}: ${column}`)
    }
  }
})

function assertTarget(collection: string, target: string): void {
  const [name = '', key] = target.split('.')
  const field = fieldsOf.get(collection)?.[name]
  assert.ok(field !== undefined, `${collection} has no field ${name}`)
  if (key === undefined) return
  assert.equal(fieldsOf.get(field.type.relation?.target ?? '')?.[key]?.options.unique, true, `${collection}: ${target}`)
}
