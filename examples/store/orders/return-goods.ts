import { increment, list, role, text } from 'galley'
import { action } from '../collections.ts'
import { asShop, type StoreEffects } from '../effects.ts'
import { storeErrors } from '../errors.ts'
import { type Condition, takeBack } from '../stock/take-back.ts'
import { buyerOrStaff } from '../who.ts'
import { moverFrom } from './move-order.ts'
import { chosenPieces, itemsOf, piece, piecesOfOrder } from './ordered-pieces.ts'
import { note } from './timeline.ts'

export const requestReturn = action('orders', 'request-return', {
  description: 'Tells that goods are sent back: at most as many as were shipped.',
  input: { items: list(piece(), piecesOfOrder), reason: text({ min: 1, max: 500, trim: true }) },
  output: 'returns',
  allow: buyerOrStaff,
  async run({ record: { id: order }, input: { items: named, reason }, actor, ...context }) {
    const effects = asShop(context)
    const asked = await effects.db.returns.create({ order, reason })
    for (const item of chosenPieces(await itemsOf(order, effects), named)) {
      const { id: orderItem, wanted: quantity, shippedQuantity, name } = item
      const wasSent = { returnedQuantity: { lte: shippedQuantity - quantity } }
      const claimed = await effects.db['order-items'].updateIf(orderItem, wasSent, {
        returnedQuantity: increment(quantity),
      })
      if (claimed === undefined) throw storeErrors.more_than_shipped({ details: { name } })
      await effects.db['return-items'].create({ return: asked.id, order, orderItem, quantity })
    }
    await note({ order, kind: 'returnRequested', by: moverFrom(actor), details: { return: asked.id } }, effects)
    return asked
  },
})

export const receiveReturn = action('returns', 'receive', {
  description: 'Notes that the goods are back. What can be sold again goes on the shelf; all else was damaged.',
  input: {
    damaged: list(text({ max: 36 }), {
      default: [],
      unique: true,
      description: 'Ids of the return items that cannot be sold again.',
    }),
  },
  output: 'returns',
  allow: role('staff'),
  async run({ record: { id, order }, input: { damaged }, actor, now, ...context }) {
    const effects = asShop({ ...context, now })
    const received = await settleReturn(id, { status: 'received', receivedAt: now }, effects)
    const goods = (await itemsOfReturn(id, effects)).map((item) => ({ ...item, condition: conditionOf(item, damaged) }))
    for (const { id, condition } of goods) await effects.db['return-items'].update(id, { condition })
    await takeBack(order, goods, actor.id, effects)
    await note({ order, kind: 'returnReceived', by: moverFrom(actor), details: { return: id } }, effects)
    return received
  },
})

export const rejectReturn = action('returns', 'reject', {
  description: 'Says no to a return that has not come.',
  input: { answer: text({ min: 1, max: 500, trim: true }) },
  output: 'returns',
  allow: role('staff'),
  async run({ record: { id, order }, input: { answer }, actor, ...context }) {
    const effects = asShop(context)
    const rejected = await settleReturn(id, { status: 'rejected', answer }, effects)
    for (const { orderItem, quantity } of await itemsOfReturn(id, effects))
      await effects.db['order-items'].update(orderItem, { returnedQuantity: increment(-quantity) })
    await note({ order, kind: 'returnRejected', by: moverFrom(actor), details: { return: id } }, effects)
    return rejected
  },
})

function conditionOf({ id }: { readonly id: string }, damaged: readonly string[]): Condition {
  return damaged.includes(id) ? 'damaged' : 'restock'
}

async function settleReturn(
  id: string,
  changes: { readonly status: 'received' | 'rejected'; readonly receivedAt?: string; readonly answer?: string },
  { db }: StoreEffects,
) {
  const settled = await db.returns.updateIf(id, { status: 'requested' }, changes)
  if (settled === undefined) throw storeErrors.return_settled()
  return settled
}

async function itemsOfReturn(id: string, { db }: StoreEffects) {
  const { data } = await db['return-items'].find({ where: { return: id }, sort: 'orderItem', limit: 200 })
  return data
}
