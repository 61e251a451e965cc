import { increment, type RecordOf } from 'galley'
import { requestRefund } from 'galley/payments'
import { giftCardShares, returnToGiftCard } from '../carts/spend-gift-card.ts'
import type { StoreEffects } from '../effects.ts'
import { storeErrors } from '../errors.ts'
import type { Refundable } from '../pricing/refundable.ts'
import { finishRefund } from './finish-refund.ts'
import type { Mover, Order } from './move-order.ts'
import type { refunds } from './refunds.ts'

export type Refund = RecordOf<typeof refunds>

export interface GiveBack {
  /** Minor units, 1 or more. */
  readonly amount: number
  readonly reason: string
  readonly by: Mover
  /** The pieces it is for; what is left of the amount is for what the reason says. */
  readonly items?: readonly RefundedPieces[]
}

export interface RefundedPieces {
  readonly orderItem: string
  readonly quantity: number
  readonly worth: Refundable
}

/**
 * Gives money of an order back: by the payment as long as something of it is left, then to the gift cards.
 *
 * All refunds together never come to more than what was paid, whatever is asked at the same time.
 * @throws store_refund_too_much
 */
export async function giveBack(
  order: Order,
  { amount, reason, by, items = [] }: GiveBack,
  effects: StoreEffects,
): Promise<Refund> {
  const claimed = await claim(order, amount, effects)
  const parts = partsOf(amount, claimed)
  const refund = await effects.db.refunds.create({
    order: order.id,
    amount: { amount, currency: order.currency },
    ...parts,
    reason,
    status: 'pending',
  })
  for (const item of items) await writeItem(refund, item, effects)
  if (parts.giftCardAmount > 0) await giveToGiftCards(order.id, parts.giftCardAmount, effects)
  if (parts.paymentAmount === 0) return finishRefund(refund, by, effects)
  await requestRefund(order.payment!, { amount: parts.paymentAmount, key: refund.id, reason }, effects)
  return refund
}

/** What was paid and has not been given back yet. */
export function refundableOf({ capturedAmount, giftCardAmount, refundedAmount }: Order): number {
  return capturedAmount + giftCardAmount.amount - refundedAmount
}

async function claim(order: Order, amount: number, { db }: StoreEffects): Promise<Order> {
  const isEnough = { refundedAmount: { lte: order.capturedAmount + order.giftCardAmount.amount - amount } }
  const claimed = await db.orders.updateIf(order.id, isEnough, { refundedAmount: increment(amount) })
  if (claimed === undefined) throw storeErrors.refund_too_much({ details: { refundable: refundableOf(order) } })
  return claimed
}

function partsOf(amount: number, claimed: Order) {
  const { capturedAmount, refundedAmount, giftCardReturned } = claimed
  const leftOfPayment = capturedAmount - (refundedAmount - amount - giftCardReturned)
  const paymentAmount = Math.min(amount, leftOfPayment)
  return { paymentAmount, giftCardAmount: amount - paymentAmount }
}

async function giveToGiftCards(order: string, amount: number, effects: StoreEffects): Promise<void> {
  await effects.db.orders.update(order, { giftCardReturned: increment(amount) })
  let left = amount
  for (const share of await giftCardShares(order, effects.db)) {
    const part = Math.min(left, share.amount)
    if (part > 0) await returnToGiftCard({ giftCard: share.giftCard, order, amount: part }, effects)
    left -= part
  }
}

async function writeItem(
  { id: refund, order, amount: { currency } }: Refund,
  { orderItem, quantity, worth }: RefundedPieces,
  { db }: StoreEffects,
): Promise<void> {
  const money = (amount: number) => ({ amount, currency })
  const amounts = { net: money(worth.net), tax: money(worth.tax) }
  await db['refund-items'].create({ refund, order, orderItem, quantity, ...amounts })
}
