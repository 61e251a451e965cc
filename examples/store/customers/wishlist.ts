import { collection, reference, text } from 'galley'
import { owner } from '../who.ts'

export const wishlistItems = collection('wishlist-items', {
  description: 'What a customer would like to have. Nobody else sees it.',
  fields: {
    customer: reference('customers', { default: ({ actor }) => actor.id, immutable: true, onDelete: 'cascade' }),
    product: reference('products', { immutable: true, onDelete: 'cascade' }),
    note: text({ max: 200, trim: true, optional: true }),
  },
  rules: { read: owner, create: owner, update: owner, delete: owner },
  indexes: [{ fields: ['customer', 'product'], unique: true }],
})
