import { integer, list, object, role, text } from 'galley'
import { action } from '../collections.ts'
import { days, inTime } from './in-time.ts'

export const bestSellers = action('orders', 'best-sellers', {
  on: 'collection',
  description: 'What was sold most, by pieces: of orders that were paid in this time and not cancelled.',
  input: { ...days, limit: integer({ min: 1, max: 100, default: 10 }) },
  output: {
    variants: list(object({ variant: text(), sku: text(), name: text(), pieces: integer(), orders: integer() })),
  },
  allow: role('staff'),
  async run({ input: { limit, ...time }, db }) {
    const rows = await db['order-items'].aggregate({
      where: { order: { paidAt: inTime(time), status: { ne: 'cancelled' } } },
      groupBy: ['variant', 'sku', 'name'],
      count: true,
      sum: ['quantity'],
      sort: '-sum.quantity',
      limit,
    })
    return {
      variants: rows.map(({ variant, sku, name, count, sum }) => ({
        variant,
        sku,
        name,
        pieces: Number(sum.quantity),
        orders: count,
      })),
    }
  },
})
