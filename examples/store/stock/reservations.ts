import { choice, collection, instant, integer, reference, role } from 'galley'

export const reservations = collection('reservations', {
  description:
    'Pieces on a shelf that belong to an order until they are shipped. What a level has reserved is the sum of those held and kept.',
  fields: {
    order: reference('orders', { immutable: true }),
    orderItem: reference('order-items', { immutable: true }),
    level: reference('stock-levels', { immutable: true }),
    quantity: integer({ min: 1 }),
    status: choice(['held', 'kept', 'released', 'shipped'], {
      description: 'Held until it is paid or expires, then kept until it is shipped.',
    }),
    expiresAt: instant({ optional: true, description: 'Of what is held.' }),
  },
  rules: { read: role('staff') },
  indexes: [['order'], ['level', 'status'], ['status', 'expiresAt']],
})
