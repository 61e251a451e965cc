import type { Issue, RecordOf } from 'galley'
import { type CouponTerms, coveredAmount } from '../pricing/coupon-discount.ts'
import { moneyText } from '../pricing/currencies.ts'
import type { PricedLine } from '../pricing/totals.ts'
import type { coupons } from './coupons.ts'

export type Coupon = RecordOf<typeof coupons>

/** What the record promises, as arithmetic. What its kind needs is there: keep-coupons.ts sees to it. */
export function couponTerms({ kind, code, product, rate, amount, buy, get }: Coupon): CouponTerms {
  const scope = { code, product: product ?? undefined }
  switch (kind) {
    case 'percentage':
      return { ...scope, kind, rate: rate! }
    case 'fixed':
      return { ...scope, kind, amount: amount! }
    case 'buyXGetY':
      return { ...scope, kind, buy: buy!, get: get! }
    case 'freeShipping':
      return { ...scope, kind }
  }
}

/** Where a coupon is to be used. */
export interface CouponUse {
  readonly lines: readonly PricedLine[]
  readonly currency: string
  /** How often the buyer has used it in other orders. */
  readonly usesByBuyer: number
  /** ISO 8601. */
  readonly now: string
}

/** Why a coupon cannot be used; undefined: it can. */
export function couponProblem(coupon: Coupon, use: CouponUse): Issue | undefined {
  const problem = (code: string, message: string): Issue => ({ pointer: '', code: `coupon_${code}`, message })
  if (coupon.status !== 'active') return problem('retired', 'This coupon is no longer valid.')
  if (coupon.validFrom !== null && use.now < coupon.validFrom)
    return problem('early', `This coupon is valid from ${coupon.validFrom} on.`)
  if (coupon.validUntil !== null && use.now >= coupon.validUntil)
    return problem('expired', `This coupon was valid until ${coupon.validUntil}.`)
  if (coupon.limitTotal !== null && coupon.usedCount >= coupon.limitTotal)
    return problem('used_up', 'This coupon has been used up.')
  if (coupon.limitPerCustomer !== null && use.usesByBuyer >= coupon.limitPerCustomer)
    return problem('used', 'You have used this coupon as often as it can be used.')
  if (coupon.currency !== null && coupon.currency !== use.currency)
    return problem('currency', `This coupon is for orders in ${coupon.currency}.`)
  return problemWithLines(coupon, use, problem)
}

function problemWithLines(
  coupon: Coupon,
  { lines, currency }: CouponUse,
  problem: (code: string, message: string) => Issue,
): Issue | undefined {
  const { product, minSubtotal } = coupon
  if (product !== null && !lines.some((line) => line.product === product))
    return problem('nothing', 'Nothing in the cart is what this coupon is for.')
  if (coveredAmount(couponTerms(coupon), lines) >= minSubtotal) return undefined
  return problem('minimum', `This coupon is for orders from ${moneyText({ amount: minSubtotal, currency })} on.`)
}
