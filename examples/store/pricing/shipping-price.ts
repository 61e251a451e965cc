import type { TaxCategory } from './taxes.ts'

/** A way to ship what weighs so much, and what it costs. */
export interface ShippingTerms {
  readonly name: string
  readonly taxCategory: TaxCategory
  /** Minor units. */
  readonly amount: number
  /** Goods for so much, after discounts, are shipped for nothing. */
  readonly freeFrom?: number | undefined
}

interface ShippingRate {
  /** Grams; null: whatever it weighs. */
  readonly maxWeightGrams: number | null
}

/** The rate for so many grams: of those that carry it, the one for the lightest. Undefined: too heavy for all. */
export function rateForWeight<Rate extends ShippingRate>(
  rates: readonly Rate[],
  weightGrams: number,
): Rate | undefined {
  const limitOf = (rate: Rate) => rate.maxWeightGrams ?? Number.POSITIVE_INFINITY
  return rates
    .filter((rate) => limitOf(rate) >= weightGrams)
    .reduce<Rate | undefined>((best, rate) => (best && limitOf(best) <= limitOf(rate) ? best : rate), undefined)
}

/** What shipping costs less than its price: all of it where a coupon says so, or enough was bought. */
export function shippingDiscount(shipping: ShippingTerms, goods: number, isFreeByCoupon: boolean): number {
  const isFree = isFreeByCoupon || (shipping.freeFrom !== undefined && goods >= shipping.freeFrom)
  return isFree ? shipping.amount : 0
}
