import { action } from '../collections.ts'
import { asShop } from '../effects.ts'
import { buyerOrStaff } from '../who.ts'
import { moveOrder, moverFrom } from './move-order.ts'

export const deliver = action('orders', 'deliver', {
  description: 'Notes that all of it has arrived.',
  output: 'orders',
  allow: buyerOrStaff,
  async run({ record, actor, now, ...context }) {
    const effects = asShop({ ...context, now })
    return moveOrder(record.id, { status: 'delivered', deliveredAt: now }, moverFrom(actor), effects)
  },
})
