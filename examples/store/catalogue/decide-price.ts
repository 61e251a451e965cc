import type { Money } from 'galley'
import { shopCurrency } from './products.ts'

/** A price that holds for somebody: of a list that is open to them, now, in the currency asked for. */
export interface ListedPrice {
  readonly amount: number
  readonly minQuantity: number
  /** Of its list: 0 to 100. */
  readonly priority: number
}

/**
 * Decides what one piece costs; undefined: it cannot be bought in this currency.
 *
 * Of the prices for the quantity, those of the lists with the highest priority count, and of these the lowest. The variant's own price
 * stands beside the lists of priority 0, in the currency of the shop.
 */
export function decidePrice(
  { price }: { readonly price: Money },
  listed: readonly ListedPrice[],
  { quantity, currency }: { readonly quantity: number; readonly currency: string },
): Money | undefined {
  const own = currency === shopCurrency ? [{ amount: price.amount, minQuantity: 1, priority: 0 }] : []
  const holding = [...own, ...listed].filter(({ minQuantity }) => minQuantity <= quantity)
  if (holding.length === 0) return undefined
  const highest = Math.max(...holding.map(({ priority }) => priority))
  const amounts = holding.filter(({ priority }) => priority === highest).map(({ amount }) => amount)
  return { amount: Math.min(...amounts), currency }
}
