import { increment } from 'galley'
import type { StoreEffects } from '../effects.ts'
import { finishRefund } from './finish-refund.ts'
import type { Refund } from './give-back.ts'
import { theShop } from './move-order.ts'
import { takeBackCreditNote } from './write-invoice.ts'

/**
 * What the provider could not give back, or what the bank has sent back later, can be asked for again. What went to gift cards already is
 * a refund of its own.
 */
export async function failRefund(id: string, effects: StoreEffects): Promise<void> {
  const { db } = effects
  const failed = await noteFailed(id, effects)
  if (failed === undefined) return
  await db.orders.update(failed.order, { refundedAmount: increment(-failed.paymentAmount) })
  const { data: items } = await db['refund-items'].find({ where: { refund: id }, sort: 'orderItem', limit: 1_000 })
  for (const { orderItem, quantity } of items)
    await db['order-items'].update(orderItem, { refundedQuantity: increment(-quantity) })
  if (failed.giftCardAmount > 0) await finishRefund(await giftCardPart(failed, effects), theShop, effects)
}

async function noteFailed(id: string, effects: StoreEffects): Promise<Refund | undefined> {
  const { refunds } = effects.db
  const failed = await refunds.updateIf(id, { status: 'pending' }, { status: 'failed' })
  if (failed !== undefined) return failed
  const returned = await refunds.updateIf(id, { status: 'done' }, { status: 'failed' })
  if (returned !== undefined) await takeBackCreditNote(id, effects)
  return returned
}

function giftCardPart({ order, amount, giftCardAmount, reason }: Refund, { db }: StoreEffects): Promise<Refund> {
  const part = { ...amount, amount: giftCardAmount }
  return db.refunds.create({ order, amount: part, paymentAmount: 0, giftCardAmount, reason, status: 'pending' })
}
