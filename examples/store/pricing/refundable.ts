import { requireWhole, wholeShareOf } from './whole-numbers.ts'

/** What was bought: of so many pieces, what was paid for all of them, and how much of that was tax. Minor units. */
export interface RefundableItem {
  readonly quantity: number
  readonly total: number
  readonly tax: number
}

export interface Refundable {
  readonly net: number
  readonly tax: number
  /** Net and tax. */
  readonly total: number
}

/**
 * What is given back for `quantity` more pieces, when `alreadyRefunded` pieces were given back before.
 *
 * The first k pieces are worth `k / all` of the whole, rounded down, and a refund is the difference of two such values: refunds in
 * whatever parts and order add up to exactly what was paid, and never to more on the way.
 */
export function refundableFor(item: RefundableItem, quantity: number, alreadyRefunded: number): Refundable {
  requireWhole('The pieces to give back', quantity, 1)
  requireWhole('The pieces given back before', alreadyRefunded)
  requireWhole('The pieces that are left', item.quantity - alreadyRefunded - quantity)
  const before = worthOf(alreadyRefunded, item)
  const after = worthOf(alreadyRefunded + quantity, item)
  const total = after - before
  const tax = taxIn(after, item) - taxIn(before, item)
  return { net: total - tax, tax, total }
}

function worthOf(pieces: number, { total, quantity }: RefundableItem): number {
  return wholeShareOf(requireWhole('What was paid', total), pieces, quantity)
}

/** As much of the tax as of the money, so that no refund has more tax than money. */
function taxIn(worth: number, { total, tax }: RefundableItem): number {
  return total === 0 ? 0 : wholeShareOf(requireWhole('The tax', tax), worth, total)
}
