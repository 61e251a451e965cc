import { boolean, choice, collection, everyone, integer, many, reference, role, text } from 'galley'
import { taxCategories, wholeRate } from '../pricing/taxes.ts'
import { country } from './shipping.ts'

const rules = { read: everyone(), create: role('manager'), update: role('manager'), delete: role('manager') }

export const taxRegions = collection('tax-regions', {
  description: 'Countries, and parts of countries that have rates of their own. Where there is none, no tax is due.',
  fields: {
    country: text(country),
    subdivision: text({ max: 100, trim: true, default: '', description: 'As in addresses; empty: the whole country.' }),
    pricesIncludeTax: boolean({ description: 'Counts for the whole country.' }),
    rates: many('tax-rates'),
  },
  rules,
  indexes: [{ fields: ['country', 'subdivision'], unique: true }],
})

export const taxRates = collection('tax-rates', {
  fields: {
    region: reference('tax-regions', { immutable: true, onDelete: 'cascade' }),
    taxCategory: choice(taxCategories),
    name: text({ min: 1, max: 40, trim: true, description: '`VAT`' }),
    rate: integer({ min: 0, max: wholeRate, description: 'Parts per million: 190 000 is 19 %.' }),
  },
  rules,
  indexes: [{ fields: ['region', 'taxCategory'], unique: true }],
})
