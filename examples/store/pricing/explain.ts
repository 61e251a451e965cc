import type { CouponTerms } from './coupon-discount.ts'
import { type Charge, rateText, type TaxCategory } from './taxes.ts'
import type { LineTotals, Totals, TotalsInput } from './totals.ts'

/** One step on the way to what is due. */
export interface Step {
  readonly kind: 'price' | 'discount' | 'shipping' | 'tax' | 'giftCard'
  /** For people: `3 × Morning Steam`. */
  readonly label: string
  /** Minor units, negative where something is taken off. */
  readonly amount: number
  /** The id of a line, `shipping`, or `order`. */
  readonly appliesTo: string
  /** The amount is part of the steps before and changes nothing: tax, where prices include it. */
  readonly isIncluded: boolean
}

/** Tells how an order adds up: each line with what is taken off and put on, then shipping, then what gift cards pay. */
export function explain(totals: Omit<Totals, 'explanation'>, input: TotalsInput): readonly Step[] {
  return [
    ...totals.lines.flatMap((line) => stepsOfLine(line, input)),
    ...stepsOfShipping(totals.shipping, input),
    ...totals.giftCards.map(({ hint, amount }) => step('giftCard', `Gift card ${hint}`, -amount, 'order')),
  ]
}

function stepsOfLine(line: LineTotals, input: TotalsInput): readonly Step[] {
  return [
    step('price', `${line.quantity} × ${line.name}`, line.amount, line.id),
    ...discountStep(line, couponText(input.coupon), line.id),
    ...taxStep(line, line.taxCategory, line.id, input),
  ]
}

function stepsOfShipping(charge: Charge, input: TotalsInput): readonly Step[] {
  const { shipping, coupon } = input
  if (shipping === undefined) return []
  const reason = coupon?.kind === 'freeShipping' ? couponText(coupon) : 'Free shipping'
  return [
    step('shipping', shipping.name, charge.amount, 'shipping'),
    ...discountStep(charge, reason, 'shipping'),
    ...taxStep(charge, shipping.taxCategory, 'shipping', input),
  ]
}

function discountStep({ discount }: Charge, label: string, appliesTo: string): readonly Step[] {
  return discount === 0 ? [] : [step('discount', label, -discount, appliesTo)]
}

function taxStep(charge: Charge, category: TaxCategory, appliesTo: string, { taxes }: TotalsInput): readonly Step[] {
  if (charge.taxRate === 0) return []
  const label = `${taxes.rates[category].name} ${rateText(charge.taxRate)}`
  return [{ ...step('tax', label, charge.tax, appliesTo), isIncluded: taxes.pricesIncludeTax }]
}

function step(kind: Step['kind'], label: string, amount: number, appliesTo: string): Step {
  return { kind, label, amount, appliesTo, isIncluded: false }
}

function couponText(coupon: CouponTerms | undefined): string {
  if (coupon === undefined) return 'Discount'
  if (coupon.kind === 'percentage') return `Coupon ${coupon.code}: ${rateText(coupon.rate)}`
  if (coupon.kind === 'buyXGetY') return `Coupon ${coupon.code}: buy ${coupon.buy}, get ${coupon.get}`
  return `Coupon ${coupon.code}`
}
