import { choice, collection, integer, many, nobody, reference, role, text } from 'galley'
import { shopCurrencies } from '../pricing/currencies.ts'

// Made by issue-gift-card.ts, spent and filled again by spend-gift-card.ts.
export const giftCards = collection('gift-cards', {
  description: 'Money paid in advance. balance = sum of the movements, and never below 0.',
  fields: {
    codeHash: text({ max: 64, unique: true, private: true }),
    hint: text({ max: 10, write: nobody(), description: 'The end of the code, to tell cards apart: `…7QK2`.' }),
    currency: choice(shopCurrencies, { immutable: true }),
    balance: integer({ min: 0, write: nobody(), description: 'Minor units.' }),
    status: choice(['active', 'blocked'], { default: 'active' }),
    movements: many('gift-card-movements'),
  },
  rules: { read: role('staff'), update: role('manager') },
})

export const giftCardMovements = collection('gift-card-movements', {
  description: 'What went onto a gift card and off it. Only ever added.',
  fields: {
    giftCard: reference('gift-cards', { immutable: true }),
    kind: choice(['issued', 'redeemed', 'returned'], { immutable: true }),
    amount: integer({ immutable: true, description: 'Minor units; what goes off it is negative.' }),
    order: reference('orders', { optional: true, immutable: true }),
  },
  rules: { read: role('staff') },
  indexes: [['order', 'giftCard']],
})
