import { asSystem } from 'galley'
import { hook } from '../collections.ts'
import { catalogueErrors } from './errors.ts'
import { maxPrices } from './price-for.ts'

/** So that all prices of all goods in a cart can be read at once. */
export const limitPrices = hook('prices', 'afterCreate', async ({ record, db }) => {
  if ((await asSystem(db).prices.count({ variant: record.variant })) > maxPrices)
    throw catalogueErrors.too_many_prices({ details: { max: maxPrices } })
})
