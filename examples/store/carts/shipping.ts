import { choice, collection, everyone, integer, list, many, reference, role, text } from 'galley'
import { shopCurrencies } from '../pricing/currencies.ts'
import { taxCategories } from '../pricing/taxes.ts'

/** ISO 3166, two letters: `SE`. */
export const country = { min: 2, max: 2, pattern: /^[A-Z]{2}$/ } as const

const rules = { read: everyone(), create: role('manager'), update: role('manager'), delete: role('manager') }

export const shippingZones = collection('shipping-zones', {
  description: 'Countries to which the same parcels go for the same money.',
  fields: {
    name: text({ min: 1, max: 100, trim: true }),
    countries: list(text(country), { max: 300, unique: true }),
    methods: many('shipping-methods'),
  },
  rules,
})

export const shippingMethods = collection('shipping-methods', {
  description: 'Ways for a parcel to get to a zone: what it costs is said by its rates.',
  fields: {
    zone: reference('shipping-zones', { immutable: true, onDelete: 'cascade' }),
    name: text({ min: 1, max: 100, trim: true }),
    taxCategory: choice(taxCategories, { default: 'standard' }),
    status: choice(['active', 'retired'], { default: 'active' }),
    rates: many('shipping-rates'),
  },
  rules,
})

export const shippingRates = collection('shipping-rates', {
  description: 'What a parcel up to a weight costs. Of the rates that carry it, the one for the lightest counts.',
  fields: {
    method: reference('shipping-methods', { immutable: true, onDelete: 'cascade' }),
    currency: choice(shopCurrencies),
    maxWeightGrams: integer({ min: 1, optional: true, description: 'None: whatever it weighs.' }),
    amount: integer({ min: 0, description: 'Minor units.' }),
    freeFrom: integer({ min: 0, optional: true, description: 'Goods for so much are sent for nothing; minor units.' }),
  },
  rules,
})
