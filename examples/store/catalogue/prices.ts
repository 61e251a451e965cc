import { collection, integer, reference, role } from 'galley'

export const prices = collection('prices', {
  description: 'What a variant costs in a price list, from a quantity on.',
  fields: {
    variant: reference('variants', { immutable: true, onDelete: 'cascade' }),
    priceList: reference('price-lists', { immutable: true, onDelete: 'cascade' }),
    minQuantity: integer({ min: 1, max: 9_999, default: 1 }),
    amount: integer({ min: 0, description: 'Of one piece, in minor units of the currency of the list.' }),
  },
  rules: {
    read: role('staff'), // what somebody pays is told by price-for.ts
    create: role('manager'),
    update: role('manager'),
    delete: role('manager'),
  },
  indexes: [{ fields: ['variant', 'priceList', 'minQuantity'], unique: true }],
})
