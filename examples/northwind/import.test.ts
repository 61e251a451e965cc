import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import app from './app.ts'
import { type ImportFile, importFiles } from './import.ts'

const fieldsOf = new Map(app.collections.map((collection) => [collection.name, collection.fields]))

test('every collection has its file', () => {
  assert.deepEqual(importFiles.map((file) => file.collection).sort(), [...fieldsOf.keys()].sort())
})

test('every mapping names a field, or a unique field behind a reference', () => {
  for (const file of importFiles) {
    for (const target of targetsOf(file).values()) if (target !== '') assertTarget(file.collection, target)
  }
})

const data = new URL('../../../shared/northwind/', import.meta.url)

test('every column of the real files has a place', { skip: existsSync(data) ? false : 'the data is not here' }, () => {
  for (const file of importFiles) {
    const [header = ''] = readFileSync(new URL(file.file, data), 'utf8').split(/\r?\n/, 1)
    for (const column of header.split(',')) {
      const target = targetsOf(file).get(column) ?? column
      if (target !== '') assertTarget(file.collection, target)
    }
  }
})

function targetsOf({ map }: ImportFile): ReadonlyMap<string, string> {
  return new Map(map.map((entry) => entry.split('=') as [string, string]))
}

function assertTarget(collection: string, target: string): void {
  const [name = '', key] = target.split('.')
  const field = fieldsOf.get(collection)?.[name]
  assert.ok(field !== undefined, `${collection} has no field ${name}`)
  if (key === undefined) return
  assert.equal(fieldsOf.get(field.type.relation?.target ?? '')?.[key]?.options.unique, true, `${collection}: ${target}`)
}
