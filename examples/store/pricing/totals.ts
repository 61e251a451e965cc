import { type CouponTerms, couponDiscounts } from './coupon-discount.ts'
import { explain, type Step } from './explain.ts'
import { type ShippingTerms, shippingDiscount } from './shipping-price.ts'
import { type Charge, chargeOf, type TaxCategory, type Taxes } from './taxes.ts'
import { requireWhole, sumOf, times } from './whole-numbers.ts'

/** What somebody wants to buy. All amounts are minor units of the one currency. */
export interface TotalsInput {
  readonly currency: string
  readonly lines: readonly PricedLine[]
  readonly taxes: Taxes
  readonly coupon?: CouponTerms | undefined
  readonly shipping?: ShippingTerms | undefined
  readonly giftCards?: readonly GiftCardBalance[]
}

export interface PricedLine {
  /** Of the variant: no two lines have the same. */
  readonly id: string
  readonly product: string
  /** What people call it. */
  readonly name: string
  readonly quantity: number
  readonly unitPrice: number
  readonly taxCategory: TaxCategory
}

export interface GiftCardBalance {
  readonly id: string
  /** What people see of it: `…7QK2`. */
  readonly hint: string
  readonly balance: number
}

/**
 * What it costs. Two laws hold to the unit, whatever was bought:
 * the sum of `net − netDiscount + tax` over lines and shipping is `total`, and `total − giftCardAmount` is `due`; none is negative.
 */
export interface Totals {
  readonly currency: string
  readonly pricesIncludeTax: boolean
  /** In the order of the input. */
  readonly lines: readonly LineTotals[]
  readonly shipping: Charge
  /** Of the lines, as prices are shown. */
  readonly subtotal: number
  /** Of lines and shipping, as prices are shown. */
  readonly discount: number
  /** Of lines and shipping. Where prices include tax it is part of them. */
  readonly tax: number
  readonly total: number
  readonly giftCards: readonly GiftCardUse[]
  readonly giftCardAmount: number
  /** What is left to pay. */
  readonly due: number
  /** How it came about, step by step: the amounts that are not `isIncluded` add up to `due`. */
  readonly explanation: readonly Step[]
}

export type LineTotals = PricedLine & Charge

export interface GiftCardUse {
  readonly id: string
  readonly hint: string
  readonly amount: number
}

/**
 * Adds up an order: prices, the coupon, shipping, taxes and gift cards.
 *
 * Pure, and in whole numbers throughout. The order of the lines makes no difference to any amount.
 * @throws pricing_amount_uncountable  beyond 9 007 199 254 740 991 minor units.
 */
export function computeTotals(input: TotalsInput): Totals {
  const lines = chargedLines(input)
  const shipping = chargedShipping(input, lines)
  const charges = [...lines, shipping]
  const total = sumOf(charges.map((charge) => charge.total))
  const giftCards = usedGiftCards(input.giftCards ?? [], total)
  const giftCardAmount = sumOf(giftCards.map((use) => use.amount))
  const counted = {
    currency: input.currency,
    pricesIncludeTax: input.taxes.pricesIncludeTax,
    lines: input.lines.map(({ id }) => lines.find((line) => line.id === id)!),
    shipping,
    subtotal: sumOf(lines.map((line) => line.amount)),
    discount: sumOf(charges.map((charge) => charge.discount)),
    tax: sumOf(charges.map((charge) => charge.tax)),
    total,
    giftCards,
    giftCardAmount,
    due: total - giftCardAmount,
  }
  return { ...counted, explanation: explain(counted, input) }
}

function chargedLines({ lines, coupon, taxes }: TotalsInput): readonly LineTotals[] {
  const sorted = inFixedOrder(lines)
  const discounts = couponDiscounts(coupon, sorted)
  return sorted.map((line, index) => {
    const { rate } = taxes.rates[line.taxCategory]
    return { ...line, ...chargeOf(amountOf(line), discounts[index]!, rate, taxes.pricesIncludeTax) }
  })
}

// Units that are left over when a discount is split go to the earlier line: by their ids, shuffling the cart changes nothing.
function inFixedOrder(lines: readonly PricedLine[]): readonly PricedLine[] {
  return lines.toSorted((left, right) => (left.id < right.id ? -1 : 1))
}

function amountOf({ unitPrice, quantity }: PricedLine): number {
  return times(requireWhole('A price', unitPrice), requireWhole('A quantity', quantity, 1))
}

function chargedShipping({ shipping, coupon, taxes }: TotalsInput, lines: readonly Charge[]): Charge {
  if (shipping === undefined) return chargeOf(0, 0, 0, taxes.pricesIncludeTax)
  const goods = sumOf(lines.map((line) => line.amount - line.discount))
  const discount = shippingDiscount(shipping, goods, coupon?.kind === 'freeShipping')
  return chargeOf(shipping.amount, discount, taxes.rates[shipping.taxCategory].rate, taxes.pricesIncludeTax)
}

/** Gift cards pay in their order, each until it is empty. */
function usedGiftCards(cards: readonly GiftCardBalance[], total: number): readonly GiftCardUse[] {
  let left = total
  return cards.flatMap(({ id, hint, balance }) => {
    const amount = Math.min(left, requireWhole('The balance of a gift card', balance))
    left -= amount
    return amount === 0 ? [] : [{ id, hint, amount }]
  })
}
