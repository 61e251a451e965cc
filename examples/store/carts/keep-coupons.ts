import { hook } from '../collections.ts'
import type { couponKinds } from './coupons.ts'
import { cartErrors } from './errors.ts'

type Kind = (typeof couponKinds)[number]

/** What a coupon of a kind cannot do without. */
const needs: Readonly<Record<Kind, readonly ('rate' | 'amount' | 'currency' | 'buy' | 'get')[]>> = {
  percentage: ['rate'],
  fixed: ['amount', 'currency'],
  freeShipping: [],
  buyXGetY: ['buy', 'get'],
}

export const checkNewCoupon = hook('coupons', 'beforeCreate', ({ values }) => {
  requireComplete(values)
  return values.code === undefined ? undefined : { code: values.code.toUpperCase() }
})

export const checkCoupon = hook('coupons', 'beforeUpdate', ({ values, previous }) => {
  requireComplete({ ...previous, ...values })
  requireRoom(values.limitTotal, previous.usedCount)
})

interface Given {
  readonly kind?: Kind
  readonly minSubtotal?: unknown
  readonly [field: string]: unknown
}

function requireComplete(coupon: Given): void {
  if (coupon.kind === undefined) return // what is missing altogether is told by the collection
  const wanted = [...needs[coupon.kind], ...(coupon.minSubtotal ? ['currency'] : [])]
  const missing = wanted.filter((name) => coupon[name] === undefined || coupon[name] === null)
  if (missing.length === 0) return
  throw cartErrors.coupon_incomplete({ details: { kind: coupon.kind, needs: missing.join(' and ') } })
}

/** The books say that no coupon was used more often than it may be. */
function requireRoom(limitTotal: unknown, used: number): void {
  if (typeof limitTotal === 'number' && limitTotal < used) throw cartErrors.coupon_limit({ details: { used } })
}
