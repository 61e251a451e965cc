import assert from 'node:assert/strict'
import { test } from 'node:test'
import { boolean, collection, defineApp, eq, or, permission, text } from 'galley'
import type { Actor } from '../../packages/server/src/model/actor.ts'
import { compileModel } from '../../packages/server/src/model/compile-model.ts'
import { requireCollection } from '../../packages/server/src/model/require-collection.ts'
import { ruleText } from '../../packages/server/src/model/rule-text.ts'
import { onBothDatabases } from '../operations/on-both-databases.ts'

const products = collection('products', {
  fields: {
    name: text(),
    isOnSale: boolean({ default: false, write: permission('products.publish') }),
    cost: text({ optional: true, read: permission('products.costs') }),
  },
  rules: {
    read: ({ row, actor }) => or(eq(row.isOnSale, true), actor.hasPermission('products.publish', 'products.costs')),
    create: permission('products.publish'),
  },
  cache: { maxAge: '1h' },
})
const permissions = { 'products.publish': 'May put products on sale', 'products.costs': 'May see what products cost' }
const app = defineApp({ name: 'Shop', collections: [products], permissions })

onBothDatabases(app, (bench) => {
  const as = (...permissions: readonly string[]) => {
    const context = bench().as('ada')
    return { ...context, actor: { ...context.actor, permissions } satisfies Actor }
  }
  // The same frozen query, so that what is prepared for one actor would be found by the other.
  const everything = Object.freeze({})
  const seenBy = async (...permissions: readonly string[]) =>
    (await bench().operations.find(as(...permissions), 'products', everything)).json

  test('what somebody may is told by their permissions of now, though nothing else of them differs', async () => {
    const { operations, system } = bench()
    await operations.create(system, 'products', { name: 'Tea', cost: 'nine' })
    assert.doesNotMatch(await seenBy(), /Tea/)
    assert.match(await seenBy('products.costs'), /Tea.*nine|nine.*Tea/)
    const published = await seenBy('products.publish')
    assert.match(published, /Tea/)
    assert.doesNotMatch(published, /nine|cost/)
    assert.doesNotMatch(await seenBy(), /Tea/)
  })

  test('without the permission nothing is created, and no field is set that asks for it', async () => {
    const { operations } = bench()
    const input = { name: 'Coffee', isOnSale: true }
    await assert.rejects(operations.create(as('products.costs'), 'products', input), { code: 'operation_forbidden' })
    await operations.create(as('products.publish'), 'products', input)
  })
})

test('a permission that was never declared is told, with the one that was probably meant', () => {
  const wrong = collection('wrong', {
    fields: {},
    rules: { read: permission('products.publsh'), create: permission('zzz') },
  })
  assert.throws(
    () => compileModel(defineApp({ name: 'Wrong', collections: [wrong], permissions })),
    (error: Error) => {
      assert.match(error.message, /no permission products\.publsh\. Did you mean products\.publish\?/)
      assert.match(error.message, /no permission zzz\. Declare it: defineApp\(\{ permissions: \{ 'zzz'/)
      return true
    },
  )
  assert.throws(
    () => compileModel(defineApp({ name: 'Wrong', collections: [], permissions: { 'a b': '' } })),
    /words and points/,
  )
})

test('a rule that asks for permissions is told in words', () => {
  const { rules } = requireCollection(compileModel(app), 'products')
  assert.equal(ruleText(rules.create), 'whoever has the permission products.publish')
  assert.equal(
    ruleText(rules.read),
    'everyone, where it is on sale, or whoever has the permission products.publish or products.costs',
  )
})
