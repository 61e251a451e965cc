import { increment } from 'galley'
import type { StoreEffects } from '../effects.ts'
import { finishRefund } from './finish-refund.ts'
import type { Refund } from './give-back.ts'
import { theShop } from './move-order.ts'

/** What the provider could not give back can be asked for again. What went to gift cards already is a refund of its own. */
export async function failRefund(id: string, effects: StoreEffects): Promise<void> {
  const { db } = effects
  const failed = await db.refunds.updateIf(id, { status: 'pending' }, { status: 'failed' })
  if (failed === undefined) return
  await db.orders.update(failed.order, { refundedAmount: increment(-failed.paymentAmount) })
  const { data: items } = await db['refund-items'].find({ where: { refund: id }, sort: 'orderItem', limit: 1_000 })
  for (const { orderItem, quantity } of items)
    await db['order-items'].update(orderItem, { refundedQuantity: increment(-quantity) })
  if (failed.giftCardAmount > 0) await finishRefund(await giftCardPart(failed, effects), theShop, effects)
}

function giftCardPart({ order, amount, giftCardAmount, reason }: Refund, { db }: StoreEffects): Promise<Refund> {
  const part = { ...amount, amount: giftCardAmount }
  return db.refunds.create({ order, amount: part, paymentAmount: 0, giftCardAmount, reason, status: 'pending' })
}
