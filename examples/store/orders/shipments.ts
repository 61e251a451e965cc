import { collection, instant, integer, many, reference, text } from 'galley'
import { buyerOfOrderOrStaff } from '../who.ts'

export const shipments = collection('shipments', {
  description: 'A parcel of an order.',
  fields: {
    order: reference('orders', { immutable: true }),
    carrier: text({ max: 100, optional: true }),
    trackingCode: text({ max: 100, optional: true }),
    shippedAt: instant(),
    items: many('shipment-items'),
  },
  rules: { read: buyerOfOrderOrStaff },
})

export const shipmentItems = collection('shipment-items', {
  fields: {
    shipment: reference('shipments', { immutable: true, onDelete: 'cascade' }),
    order: reference('orders', { immutable: true }),
    orderItem: reference('order-items', { immutable: true }),
    quantity: integer({ min: 1, immutable: true }),
  },
  rules: { read: buyerOfOrderOrStaff },
  indexes: [{ fields: ['shipment', 'orderItem'], unique: true }],
})
