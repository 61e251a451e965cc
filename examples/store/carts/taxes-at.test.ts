import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StoreDb } from '../collections.ts'
import { openShop } from '../testing/open-shop.ts'
import { openTrade } from '../testing/shipping-and-taxes.ts'
import { regionProblems, taxesAt } from './taxes-at.ts'

test('small letters in a region change nothing of the tax', async () => {
  const shop = await openShop({ database: 'sqlite::memory:' })
  await openTrade(shop.staff)
  const rateIn = async (region: string | null) => {
    const { rates } = await taxesAt({ country: 'US', region }, shop.app.system as StoreDb)
    return rates.standard.rate
  }
  assert.deepEqual(
    [await rateIn('OH'), await rateIn('oh'), await rateIn('TX'), await rateIn(null)],
    [57_500, 57_500, 0, 0],
  )
  await shop.app.close()
})

test('where taxes depend on the region, nobody orders without its code; elsewhere nobody is asked', async () => {
  const shop = await openShop({ database: 'sqlite::memory:' })
  await openTrade(shop.staff)
  const problemIn = async (country: string | null, region: string | null) =>
    (await regionProblems({ country, region }, shop.app.system as StoreDb)).map(({ code }) => code)
  for (const region of [null, '', 'Ohio', 'ОН', 'New York']) // the fourth one is Cyrillic
    assert.deepEqual(await problemIn('US', region), ['region_missing'], `${region}`)
  for (const region of ['OH', 'oh', 'TX']) assert.deepEqual(await problemIn('US', region), [])
  assert.deepEqual(
    [await problemIn('SE', null), await problemIn('SE', 'Skåne'), await problemIn(null, null)],
    [[], [], []],
  )
  await shop.app.close()
})
