import { splitAmount } from './split-amount.ts'
import { wholeRate } from './taxes.ts'
import { requireWhole, shareOf, sumOf, times } from './whole-numbers.ts'

/** What a coupon promises. Whether it may be used at all is for `carts/coupon-terms.ts` to say. */
export type CouponTerms = CouponScope &
  (
    | { readonly kind: 'percentage' /** Parts per million, at most 1 000 000. */; readonly rate: number }
    | { readonly kind: 'fixed' /** Minor units of the cart's currency. */; readonly amount: number }
    | { readonly kind: 'freeShipping' }
    /** Of every `buy + get` pieces the `get` cheapest are free. */
    | { readonly kind: 'buyXGetY'; readonly buy: number; readonly get: number }
  )

interface CouponScope {
  readonly code: string
  /** The only product it is for; undefined: all. */
  readonly product?: string | undefined
}

interface CouponLine {
  readonly id: string
  readonly product: string
  readonly quantity: number
  readonly unitPrice: number
}

/** What the coupon takes off each line, in their order. Never more than the line. */
export function couponDiscounts(coupon: CouponTerms | undefined, lines: readonly CouponLine[]): readonly number[] {
  if (coupon === undefined) return lines.map(() => 0)
  const covered = lines.map((line) => (isCovered(line, coupon) ? line : { ...line, quantity: 0 }))
  return discountsByKind(coupon, covered)
}

/** What the lines cost that the coupon is for. */
export function coveredAmount(coupon: CouponTerms, lines: readonly CouponLine[]): number {
  return sumOf(lines.filter((line) => isCovered(line, coupon)).map(amountOf))
}

function isCovered(line: CouponLine, { product }: CouponTerms): boolean {
  return product === undefined || product === line.product
}

function discountsByKind(coupon: CouponTerms, lines: readonly CouponLine[]): readonly number[] {
  switch (coupon.kind) {
    case 'percentage':
      return percentageOff(coupon.rate, lines)
    case 'fixed':
      return amountOff(requireWhole('The amount of a coupon', coupon.amount), lines)
    case 'buyXGetY':
      return cheapestFree(coupon, lines)
    case 'freeShipping':
      return lines.map(() => 0)
  }
}

/** Rounded once for all lines, then handed out: three lines at 10 % lose 10 % of their sum, not three roundings. */
function percentageOff(rate: number, lines: readonly CouponLine[]): readonly number[] {
  requireWhole('What a percentage leaves', wholeRate - requireWhole('A percentage', rate))
  return amountOff(shareOf(sumOf(lines.map(amountOf)), rate, wholeRate), lines)
}

function amountOff(amount: number, lines: readonly CouponLine[]): readonly number[] {
  const amounts = lines.map(amountOf)
  const sum = sumOf(amounts)
  return sum === 0 ? amounts : splitAmount(Math.min(amount, sum), amounts)
}

interface Offer {
  readonly buy: number
  readonly get: number
}

function cheapestFree({ buy, get }: Offer, lines: readonly CouponLine[]): readonly number[] {
  requireWhole('The pieces to buy', buy, 1)
  requireWhole('The pieces to get', get, 1)
  const pieces = sumOf(lines.map((line) => line.quantity))
  let left = Math.floor(pieces / (buy + get)) * get
  const discounts = lines.map(() => 0)
  for (const index of cheapestFirst(lines)) {
    const { quantity, unitPrice } = lines[index]!
    const free = Math.min(left, quantity)
    discounts[index] = times(unitPrice, free)
    left -= free
  }
  return discounts
}

function cheapestFirst(lines: readonly CouponLine[]): readonly number[] {
  return [...lines.keys()].sort((left, right) => lines[left]!.unitPrice - lines[right]!.unitPrice || left - right)
}

function amountOf({ unitPrice, quantity }: CouponLine): number {
  return times(unitPrice, quantity)
}
