import { address, choice, collection, eq, instant, integer, many, money, or, reference, role, text } from 'galley'
import { ownerOrStaff } from '../who.ts'

// Nobody may create or change an order: the actions do (checkout.ts, order-status.ts).
export const orders = collection('orders', {
  fields: {
    customer: reference('customers'),
    status: choice(['placed', 'paid', 'shipped', 'cancelled'], { default: 'placed' }),
    total: money({ currency: 'EUR', min: 0 }),
    shippingAddress: address(),
    placedAt: instant(),
    paidAt: instant({ optional: true }),
    shippedAt: instant({ optional: true }),
    cancelledAt: instant({ optional: true }),
    trackingCode: text({ max: 100, optional: true }),
    items: many('order-items'),
  },
  rules: { read: ownerOrStaff },
  indexes: [
    ['customer', 'placedAt'],
    ['status', 'placedAt'],
  ],
})

export const orderItems = collection('order-items', {
  description: 'What was bought, under the name and at the price of that day.',
  fields: {
    order: reference('orders', { onDelete: 'cascade' }),
    product: reference('products'),
    name: text({ max: 200 }),
    unitPrice: money({ currency: 'EUR', min: 0 }),
    quantity: integer({ min: 1, max: 99 }),
    total: money({ currency: 'EUR', min: 0 }),
  },
  rules: { read: ({ row, actor }) => or(eq(row.order.customer, actor.id), role('staff')) },
  indexes: [{ fields: ['order', 'product'], unique: true }],
})
