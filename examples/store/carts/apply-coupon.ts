import { asSystem, text } from 'galley'
import { action } from '../collections.ts'
import { buyer } from '../who.ts'
import { couponCode } from './coupons.ts'
import { cartErrors } from './errors.ts'
import { requireOpen } from './keep-cart.ts'
import { quoteFields, quoteOf } from './quote.ts'

/** It is counted when the cart is ordered, not here: a coupon in a cart is no promise that it is left then. */
export const applyCoupon = action('carts', 'apply-coupon', {
  description: 'Uses a coupon for the cart, in place of the one before. Answers the quote.',
  input: { code: text(couponCode) },
  output: quoteFields,
  allow: buyer,
  async run({ record: cart, input, db, now }) {
    requireOpen(cart)
    const store = asSystem(db)
    const coupon = await store.coupons.first({ where: { code: input.code.toUpperCase() } })
    if (coupon === undefined) throw cartErrors.coupon_unknown()
    const changed = await store.carts.update(cart.id, { coupon: coupon.id })
    const answer = await quoteOf(changed, { db: store, now })
    const problem = answer.problems.find(({ code }) => code.startsWith('coupon_'))
    if (problem === undefined) return answer
    throw cartErrors.coupon_refused({ details: { why: problem.message }, issues: [problem] })
  },
})

export const removeCoupon = action('carts', 'remove-coupon', {
  description: 'Takes the coupon off the cart. Answers the quote.',
  output: quoteFields,
  allow: buyer,
  async run({ record: cart, db, now }) {
    requireOpen(cart)
    const store = asSystem(db)
    return quoteOf(await store.carts.update(cart.id, { coupon: null }), { db: store, now })
  },
})
