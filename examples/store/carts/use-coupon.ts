import { increment } from 'galley'
import type { StoreDb } from '../collections.ts'
import type { StoreEffects } from '../effects.ts'
import type { Buyer } from './buyer.ts'
import { cartErrors } from './errors.ts'

/**
 * Counts one more use of a coupon, for an order that is being placed. What else it asks for was looked at by `priceCart`.
 *
 * The count and its limit are one statement, so that of many buyers at once exactly as many get it as there are left. Whoever gets
 * through holds the coupon until the end of the transaction: the uses of one buyer are counted by one at a time.
 * @throws cart_coupon_refused
 */
export async function takeCoupon(
  code: string,
  order: string,
  buyer: Buyer,
  { db }: Pick<StoreEffects, 'db'>,
): Promise<void> {
  const coupon = await db.coupons.first({ where: { code } })
  if (coupon === undefined) throw cartErrors.coupon_unknown()
  const { id, limitTotal, limitPerCustomer } = coupon
  const hasLeft = limitTotal === null ? {} : { usedCount: { lt: limitTotal } }
  const taken = await db.coupons.updateIf(
    id,
    { status: 'active', limitTotal, limitPerCustomer, ...hasLeft },
    { usedCount: increment(1) },
  )
  if (taken === undefined) throw refused('This coupon has been used up.')
  if (limitPerCustomer !== null && (await usesOf(id, buyer, db)) >= limitPerCustomer)
    throw refused('You have used this coupon as often as it can be used.')
  await db['coupon-uses'].create({ coupon: id, order, ...buyer })
}

/** Gives a use back when the order is given up, once however often it is called. */
export async function releaseCoupon(order: string, { db }: Pick<StoreEffects, 'db'>): Promise<void> {
  const use = await db['coupon-uses'].first({ where: { order, released: false } })
  if (use === undefined) return
  const released = await db['coupon-uses'].updateIf(use.id, { released: false }, { released: true })
  if (released !== undefined) await db.coupons.update(use.coupon, { usedCount: increment(-1) })
}

/** How often a buyer uses a coupon, by account or address. */
export function usesOf(coupon: string, { customer, email }: Buyer, db: StoreDb): Promise<number> {
  const isBuyer = [...(customer === null ? [] : [{ customer }]), ...(email === null ? [] : [{ email }])]
  if (isBuyer.length === 0) return Promise.resolve(0)
  return db['coupon-uses'].count({ coupon, released: false, or: isBuyer })
}

function refused(why: string) {
  return cartErrors.coupon_refused({ details: { why } })
}
