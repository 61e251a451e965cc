import assert from 'node:assert/strict'
import { test } from 'node:test'
import { collection, defineApp, eq, permission, signedIn, text } from '../../index.ts'
import { compileModel } from '../../model/compile-model.ts'
import { askersOf } from './askers.ts'
import { madeUpFor, madeUpId } from './made-up-values.ts'

test('whoever asks acts in a tenant, and somebody has every permission', () => {
  const organizations = collection('organizations', {
    fields: { name: text() },
    rules: { read: ({ row, actor }) => eq(row.id, actor.tenant) },
  })
  const notes = collection('notes', {
    tenant: 'organizations',
    fields: { text: text() },
    rules: { read: signedIn(), create: permission('notes.write') },
  })
  const permissions = { 'notes.write': 'May write notes' }
  const model = compileModel(defineApp({ name: 'Notes', collections: [organizations, notes], permissions }))
  const madeUp = madeUpFor(
    model,
    new Map([
      ['organizations', 30],
      ['notes', 300],
    ]),
  )
  const [nobody, ...known] = askersOf(madeUp)
  assert.equal(nobody!.actor.tenant, undefined)
  assert.deepEqual(
    known.map(({ name }) => name),
    ['signed in', 'with every permission'],
  )
  for (const { actor } of known) assert.equal(actor.tenant, madeUpId('organizations', 10, madeUp))
  assert.deepEqual(
    known.map(({ actor }) => actor.permissions),
    [undefined, ['notes.write']],
  )
})
