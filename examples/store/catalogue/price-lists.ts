import { choice, collection, instant, integer, many, reference, role, text } from 'galley'
import { shopCurrencies } from '../pricing/currencies.ts'

export const priceLists = collection('price-lists', {
  description: 'Prices in one currency, for everyone or for one group of customers, for a time or for good.',
  fields: {
    name: text({ min: 1, max: 100, trim: true }),
    currency: choice(shopCurrencies, { immutable: true }),
    customerGroup: reference('customer-groups', { optional: true, onDelete: 'cascade' }),
    priority: integer({
      min: 0,
      max: 100,
      default: 0,
      description: 'Of the lists that have a price for somebody, those with the highest count.',
    }),
    validFrom: instant({ optional: true }),
    validUntil: instant({ optional: true }),
    prices: many('prices'),
  },
  rules: {
    read: role('staff'),
    create: role('manager'),
    update: role('manager'),
    delete: role('manager'),
  },
  indexes: [['currency', 'priority']],
})
