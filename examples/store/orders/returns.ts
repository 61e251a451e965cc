import { choice, collection, instant, integer, many, reference, text } from 'galley'
import { buyerOfOrderOrStaff } from '../who.ts'

export const returns = collection('returns', {
  description: 'Goods that the buyer sends back.',
  fields: {
    order: reference('orders', { immutable: true }),
    status: choice(['requested', 'received', 'rejected'], { default: 'requested' }),
    reason: text({ max: 500, immutable: true }),
    answer: text({ max: 500, optional: true, description: 'What the shop says to it.' }),
    receivedAt: instant({ optional: true }),
    items: many('return-items'),
  },
  rules: { read: buyerOfOrderOrStaff },
  indexes: [['order'], ['status']],
})

export const returnItems = collection('return-items', {
  fields: {
    return: reference('returns', { immutable: true, onDelete: 'cascade' }),
    order: reference('orders', { immutable: true }),
    orderItem: reference('order-items', { immutable: true }),
    quantity: integer({ min: 1, immutable: true }),
    condition: choice(['restock', 'damaged'], { optional: true, description: 'As it came back.' }),
  },
  rules: { read: buyerOfOrderOrStaff },
  indexes: [{ fields: ['return', 'orderItem'], unique: true }],
})
