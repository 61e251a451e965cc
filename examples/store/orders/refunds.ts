import { choice, collection, integer, many, money, reference, text } from 'galley'
import { buyerOfOrderOrStaff } from '../who.ts'

export const refunds = collection('refunds', {
  description: 'Money that went back to the buyer: paymentAmount + giftCardAmount = amount.',
  fields: {
    order: reference('orders', { immutable: true }),
    amount: money({ min: 1, immutable: true }),
    paymentAmount: integer({ min: 0, immutable: true, description: 'By the payment, in minor units.' }),
    giftCardAmount: integer({ min: 0, immutable: true, description: 'To the gift cards, in minor units.' }),
    reason: text({ max: 500, immutable: true }),
    status: choice(['pending', 'done', 'failed'], {
      description: 'Pending until the provider of payments has done it.',
    }),
    items: many('refund-items'),
  },
  rules: { read: buyerOfOrderOrStaff },
  indexes: [['order']],
})

export const refundItems = collection('refund-items', {
  description: 'The pieces that a refund is for; of the rest of its amount it says why.',
  fields: {
    refund: reference('refunds', { immutable: true, onDelete: 'cascade' }),
    order: reference('orders', { immutable: true }),
    orderItem: reference('order-items', { immutable: true }),
    quantity: integer({ min: 1, immutable: true }),
    net: money({ immutable: true }),
    tax: money({ immutable: true }),
  },
  rules: { read: buyerOfOrderOrStaff },
  indexes: [{ fields: ['refund', 'orderItem'], unique: true }],
})
