import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestApp } from 'galley/testing'
import { databases } from '../../../tests/databases.ts'
import shop, { seed } from '../app.ts'

for (const { name, url } of databases) {
  test(`the shop on ${name} opens with its demo data`, async () => {
    const app = await createTestApp(shop, { database: await url(), seed })
    const { db } = app.as({ roles: ['staff'] })
    const names = [
      'categories',
      'products',
      'stock-levels',
      'staff',
      'customers',
      'orders',
      'order-items',
      'reviews',
      'cart-items',
    ] as const
    const counts = await Promise.all(names.map(async (name) => [name, await db[name].count()]))
    assert.deepEqual(Object.fromEntries(counts), {
      categories: 23,
      products: 69,
      'stock-levels': 69,
      staff: 2,
      customers: 46,
      orders: 260,
      'order-items': 689,
      reviews: 163,
      'cart-items': 9,
    })
    await app.close()
  })
}
