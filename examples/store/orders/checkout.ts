import { address, email, type Issue } from 'galley'
import { cartErrors } from '../carts/errors.ts'
import { type CartToPrice, type PricedCart, priceCart } from '../carts/price-cart.ts'
import { redeemGiftCard } from '../carts/spend-gift-card.ts'
import { takeCoupon } from '../carts/use-coupon.ts'
import { action } from '../collections.ts'
import { asShop, type StoreEffects } from '../effects.ts'
import { storeErrors } from '../errors.ts'
import { newSecret } from '../secrets.ts'
import { type Allocation, allocate, type Share, type Shortage, type Wanted } from '../stock/allocate.ts'
import { holdMinutes, holdShares } from '../stock/hold.ts'
import { reserve, shelvesFor } from '../stock/reserve.ts'
import { buyer } from '../who.ts'
import { announce } from './announce.ts'
import { sendPlaced } from './mails.ts'
import { markPaid } from './mark-paid.ts'
import { moverFrom } from './move-order.ts'
import { placeOrder } from './place-order.ts'
import { startPaying } from './start-paying.ts'
import { note } from './timeline.ts'

/** One transaction: the cart is closed, priced and paid for as far as gift cards go, and its goods are held; or nothing has happened. */
export const checkout = action('carts', 'checkout', {
  description: `Orders what is in the cart, at the prices of this moment. Its goods are held for ${holdMinutes} minutes, until it is paid.`,
  input: {
    shippingAddress: address(),
    billingAddress: address({ optional: true }),
    email: email({ optional: true, description: 'Of a guest, where the cart has none.' }),
  },
  output: 'orders',
  allow: buyer,
  async run({ record: cart, input, actor, ...context }) {
    const effects = asShop(context)
    await closeCart(cart.id, effects)
    const { country, region } = input.shippingAddress
    const priced = await priceReady({ ...cart, country, region, email: input.email ?? cart.email }, effects)
    const wanted = wantedOf(priced)
    const shelves = await shelvesFor(wanted, effects)
    requireEnough(allocate(wanted, shelves)) // sold out is said at once
    const token = newSecret()
    const { order, items } = await placeOrder({ cart, priced, token, ...input }, effects)
    await note({ order: order.id, kind: 'placed', by: moverFrom(actor) }, effects)
    await startPaying(order, actor.id, effects)
    await sendPlaced(order, items, token, effects)
    await announce('orders.placed', order, effects)
    // What others want too comes last: they wait from here until the end of the transaction.
    await takePromises(order.id, priced, effects)
    await holdShares(requireEnough(await reserve(wanted, shelves, effects)), items, effects)
    if (order.due.amount === 0) await markPaid(order.id, effects)
    return order
  },
})

// The condition makes one of two checkouts at once wait for the other and then find the cart closed.
async function closeCart(id: string, { db }: StoreEffects): Promise<void> {
  const closed = await db.carts.updateIf(id, { status: 'open' }, { status: 'ordered' })
  if (closed === undefined) throw cartErrors.not_open({ details: { status: 'ordered' } })
}

async function priceReady(cart: CartToPrice, { db, now }: StoreEffects): Promise<PricedCart> {
  const priced = await priceCart(cart, db, now)
  if (priced.problems.length > 0) throw cartErrors.not_ready({ issues: priced.problems })
  return priced
}

// Whoever gives an order up takes these back in the same order (cancel.ts), so that nobody waits for each other in a circle.
async function takePromises(
  order: string,
  { coupon, buyer, totals }: PricedCart,
  effects: StoreEffects,
): Promise<void> {
  if (coupon !== undefined) await takeCoupon(coupon.code, order, buyer, effects)
  for (const { id: giftCard, amount } of totals.giftCards) await redeemGiftCard({ giftCard, order, amount }, effects)
}

function wantedOf({ lines }: PricedCart): readonly Wanted[] {
  return lines.map(({ id: variant, quantity, allowsBackorder }) => ({ variant, quantity, allowsBackorder }))
}

function requireEnough({ shares, shortages }: Allocation): readonly Share[] {
  if (shortages.length > 0) throw storeErrors.items_missing({ issues: shortages.map(issueFromShortage) })
  return shares
}

function issueFromShortage({ variant, wanted, available }: Shortage): Issue {
  return {
    pointer: '',
    code: 'not_enough_stock',
    message: available === 0 ? 'is sold out' : `is down to ${available}`,
    params: { variant, wanted, available },
  }
}
