import { increment } from 'galley'
import type { StoreEffects } from '../effects.ts'
import { storeErrors } from '../errors.ts'
import { refundableFor } from '../pricing/refundable.ts'
import type { RefundedPieces } from './give-back.ts'
import type { ChosenPiece } from './ordered-pieces.ts'

/** Counts pieces as refunded, each once, and tells what was paid for them. */
export async function claimPieces(
  chosen: readonly ChosenPiece[],
  effects: StoreEffects,
): Promise<readonly RefundedPieces[]> {
  const claimed: RefundedPieces[] = []
  for (const item of chosen) claimed.push(await claim(item, effects))
  return claimed
}

/** Under the condition that nobody else has claimed some since they were read. */
async function claim(item: ChosenPiece, { db }: StoreEffects): Promise<RefundedPieces> {
  const { id: orderItem, name, refundedQuantity, wanted: quantity } = item
  if (refundedQuantity + quantity > item.quantity) throw storeErrors.more_than_ordered({ details: { name } })
  const change = { refundedQuantity: increment(quantity) }
  const claimed = await db['order-items'].updateIf(orderItem, { refundedQuantity }, change)
  if (claimed === undefined) throw storeErrors.order_busy()
  const paid = { quantity: item.quantity, total: item.total.amount, tax: item.tax.amount }
  return { orderItem, quantity, worth: refundableFor(paid, quantity, refundedQuantity) }
}

export function worthOf(pieces: readonly RefundedPieces[]): number {
  return pieces.reduce((sum, { worth }) => sum + worth.total, 0)
}
