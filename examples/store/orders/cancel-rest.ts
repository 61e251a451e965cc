import { boolean, role, text } from 'galley'
import { action } from '../collections.ts'
import { asShop } from '../effects.ts'
import { storeErrors } from '../errors.ts'
import { releaseReservations } from '../stock/settle.ts'
import { claimPieces, worthOf } from './claim-pieces.ts'
import { giveBack } from './give-back.ts'
import { moveOrder, moverFrom } from './move-order.ts'
import { type ChosenPiece, itemsOf, type OrderItem } from './ordered-pieces.ts'

export const cancelRest = action('orders', 'cancel-rest', {
  description: 'Gives up what has not left of an order that left in part: others can have it, and its money goes back.',
  input: {
    reason: text({ min: 1, max: 500, trim: true }),
    refund: boolean({ default: true, description: 'False where the money has gone back already.' }),
  },
  output: 'orders',
  allow: role('staff'),
  async run({ record: { id, status }, input: { reason, refund }, actor, now, ...context }) {
    const effects = asShop({ ...context, now })
    const by = moverFrom(actor)
    if (status !== 'partiallyShipped') throw storeErrors.order_status({ details: { status, wanted: 'shipped' } })
    const order = await moveOrder(id, { status: 'shipped', shippedAt: now }, by, effects)
    const items = refund ? await claimPieces(unpaidBack(await itemsOf(id, effects)), effects) : []
    if (items.length > 0) await giveBack(order, { amount: worthOf(items), reason, by, items }, effects)
    await releaseReservations(id, effects)
    return order
  },
})

/** What has neither left nor been refunded. What was refunded and has not come back was of these. */
function unpaidBack(items: readonly OrderItem[]): readonly ChosenPiece[] {
  const rest = items.map((item) => {
    const { quantity, shippedQuantity, refundedQuantity, returnedQuantity } = item
    return { ...item, wanted: quantity - shippedQuantity - Math.max(refundedQuantity - returnedQuantity, 0) }
  })
  return rest.filter(({ wanted }) => wanted > 0)
}
