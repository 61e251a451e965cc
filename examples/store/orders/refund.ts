import { integer, list, role, text } from 'galley'
import { action } from '../collections.ts'
import { asShop } from '../effects.ts'
import { storeErrors } from '../errors.ts'
import { claimPieces, worthOf } from './claim-pieces.ts'
import { giveBack } from './give-back.ts'
import { moverFrom } from './move-order.ts'
import { chosenPieces, itemsOf, piece, piecesOfOrder } from './ordered-pieces.ts'

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
    const items = await claimPieces(chosenPieces(await itemsOf(order.id, effects), named ?? []), effects)
    const amount = worthOf(items) + (extra ?? 0)
    if (amount === 0) throw storeErrors.refund_nothing()
    return giveBack(order, { amount, reason, by: moverFrom(actor), items }, effects)
  },
})
