import { type Fields, integer, money, text } from 'galley'

const order = { order: text(), number: text(), total: money() }

/** What others are told who have asked for it (`POST /api/webhook-endpoints/add`). Names and addresses of buyers do not leave. */
export const partnerEvents: Readonly<Record<string, { readonly description: string; readonly payload: Fields }>> = {
  'orders.placed': { description: 'Somebody has placed an order. It is not paid yet.', payload: order },
  'orders.paid': { description: 'An order is paid, and can be packed.', payload: order },
  'orders.shipped': {
    description: 'A parcel of an order has left.',
    payload: {
      ...order,
      shipment: text(),
      carrier: text({ optional: true }),
      trackingCode: text({ optional: true }),
    },
  },
  'orders.cancelled': { description: 'An order was given up: do not send it.', payload: order },
  'orders.refunded': {
    description: 'Money of an order went back.',
    payload: { ...order, refund: text(), amount: money() },
  },
  'stock.low': {
    description: 'What is available of a variant at a location has come down to its reorder point.',
    payload: { variant: text(), location: text(), available: integer() },
  },
  'store.audit-failed': {
    description: 'The books do not add up: galley audit store tells what is wrong.',
    payload: { violations: integer() },
  },
}
