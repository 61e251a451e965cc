import { increment, integer, list, role, text } from 'galley'
import { action } from '../collections.ts'
import { asShop, type StoreEffects } from '../effects.ts'
import { storeErrors } from '../errors.ts'
import { refundableFor } from '../pricing/refundable.ts'
import { giveBack, type RefundedPieces } from './give-back.ts'
import { moverFrom } from './move-order.ts'
import { chosenPieces, itemsOf, type OrderItem, piece, piecesOfOrder } from './ordered-pieces.ts'

export const refund = action('orders', 'refund', {
  description: 'Gives money back: for pieces of items what was paid for them, and an amount on top, such as shipping.',
  input: {
    items: list(piece(), { ...piecesOfOrder, optional: true }),
    amount: integer({ min: 1, optional: true, description: 'Minor units of the currency of the order.' }),
    reason: text({ min: 1, max: 500, trim: true }),
  },
  output: 'refunds',
  allow: role('staff'),
  async run({ record, input: { items: named, amount: extra, reason }, actor, ...context }) {
    const effects = asShop(context)
    const order = await effects.db.orders.get(record.id)
    if (order.status === 'placed') throw storeErrors.order_unpaid()
    const parts: RefundedPieces[] = []
    for (const item of chosenPieces(await itemsOf(order.id, effects), named ?? []))
      parts.push(await claimPieces(item, item.wanted, effects))
    const amount = parts.reduce((sum, part) => sum + part.worth.total, extra ?? 0)
    if (amount === 0) throw storeErrors.refund_nothing()
    return giveBack(order, { amount, reason, by: moverFrom(actor), items: parts }, effects)
  },
})

/** The pieces are claimed under the condition that nobody else has claimed some since they were read. */
async function claimPieces(item: OrderItem, quantity: number, { db }: StoreEffects): Promise<RefundedPieces> {
  const { id, name, refundedQuantity, total, tax } = item
  if (refundedQuantity + quantity > item.quantity) throw storeErrors.more_than_ordered({ details: { name } })
  const claimed = await db['order-items'].updateIf(id, { refundedQuantity }, { refundedQuantity: increment(quantity) })
  if (claimed === undefined) throw storeErrors.order_busy()
  const worth = refundableFor(
    { quantity: item.quantity, total: total.amount, tax: tax.amount },
    quantity,
    refundedQuantity,
  )
  return { orderItem: id, quantity, worth }
}
