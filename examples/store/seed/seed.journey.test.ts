import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestApp } from 'galley/testing'
import { databases } from '../../../tests/databases.ts'
import shop, { seed } from '../app.ts'
import { seedId } from './seed-id.ts'

for (const { name, url } of databases) {
  test(`the shop on ${name} opens with its demo data`, async () => {
    const app = await createTestApp(shop, { database: await url(), seed })
    const { db } = app.as({ roles: ['staff'] })
    const names = [
      'categories',
      'products',
      'variants',
      'prices',
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
      variants: 102,
      prices: 348,
      'stock-levels': 102,
      staff: 2,
      customers: 46,
      orders: 260,
      'order-items': 689,
      reviews: 163,
      'cart-items': 9,
    })

    const dawnWatch = seedId('products', 0)
    const priceIn = async (currency: string) => {
      const path = `/api/variants/prices?variants=${dawnWatch}&currency=${currency}`
      return ((await (await app.fetch(path)).json()) as { data: { price: unknown }[] }).data[0]!.price
    }
    assert.deepEqual(await Promise.all(['EUR', 'SEK', 'JPY', 'KWD', 'CHF'].map(priceIn)), [
      { amount: 1_290, currency: 'EUR' },
      { amount: 14_700, currency: 'SEK' },
      { amount: 2_090, currency: 'JPY' },
      { amount: 4_400, currency: 'KWD' },
      null,
    ])
    await app.close()
  })
}
