import type { Issue } from 'galley'
import type { StoreDb } from '../collections.ts'
import type { ShopCurrency } from '../pricing/currencies.ts'
import { computeTotals, type LineTotals, type Totals, type TotalsInput } from '../pricing/totals.ts'
import { sumOf, times } from '../pricing/whole-numbers.ts'
import { type Buyer, buyerOf } from './buyer.ts'
import { type CartLine, cartLines } from './cart-lines.ts'
import { couponProblem, couponTerms } from './coupon-terms.ts'
import { giftCardsOf } from './gift-cards-of.ts'
import { type ShippingOffer, shippingOffers } from './shipping-choices.ts'
import { regionProblems, taxesAt } from './taxes-at.ts'
import { usesOf } from './use-coupon.ts'

/** As much of a cart as decides what it costs. Checkout may know the country and the address better than the cart does. */
export interface CartToPrice {
  readonly id: string
  readonly customer: string | null
  readonly email: string | null
  readonly currency: ShopCurrency
  readonly country: string | null
  readonly region: string | null
  readonly shippingMethod: string | null
  readonly coupon: string | null
}

export interface PricedCart {
  readonly buyer: Buyer
  /** What can be bought, with what it costs. `id` is the variant. */
  readonly lines: readonly PricedCartLine[]
  /** Of what can be bought. `totals.giftCards` says how much of which. */
  readonly totals: Totals
  /** Applied: it is in the totals. */
  readonly coupon: { readonly id: string; readonly code: string } | undefined
  readonly shipping: ShippingOffer | undefined
  readonly choices: readonly ShippingChoice[]
  readonly weightGrams: number
  /** Why it cannot be ordered as it is; empty: it can. */
  readonly problems: readonly Issue[]
}

export type PricedCartLine = CartLine & LineTotals

export interface ShippingChoice {
  readonly method: string
  readonly name: string
  /** What it would cost after discounts, as prices are shown. Minor units. */
  readonly amount: number
}

/**
 * What a cart costs now, and why: the only place that says so, asked by its quote and by checkout.
 *
 * Nothing in it was said by a client but what and how many. @param store  acts as the system.
 */
export async function priceCart(cart: CartToPrice, store: StoreDb, now: string): Promise<PricedCart> {
  const { buyer, group } = await buyerOf(cart, store)
  const { lines, problems } = await cartLines(cart.id, { currency: cart.currency, group, now }, store)
  const coupon = await couponOf(cart, lines, buyer, store, now)
  const weightGrams = sumOf(lines.map((line) => times(line.weightGrams, line.quantity)))
  const offers = await shippingOffers({ ...cart, weightGrams }, store)
  const shipping = chosenOffer(cart, offers)
  const giftCards = await giftCardsOf(cart, store)
  const input: TotalsInput = {
    currency: cart.currency,
    lines,
    taxes: await taxesAt(cart, store),
    coupon: coupon.applied && couponTerms(coupon.applied),
    shipping,
    giftCards: giftCards.usable,
  }
  const totals = computeTotals(input)
  return {
    buyer,
    lines: lines.map((line, index) => ({ ...line, ...totals.lines[index]! })),
    totals,
    coupon: coupon.applied && { id: coupon.applied.id, code: coupon.applied.code },
    shipping,
    choices: offers.map((offer) => choiceFrom(offer, input)),
    weightGrams,
    problems: [
      ...problems,
      ...coupon.problems,
      ...giftCards.problems,
      ...shippingProblems(cart, shipping),
      ...(await regionProblems(cart, store)),
    ],
  }
}

async function couponOf(
  { coupon: id, currency }: CartToPrice,
  lines: readonly CartLine[],
  buyer: Buyer,
  store: StoreDb,
  now: string,
) {
  const coupon = id === null ? undefined : await store.coupons.findOne(id)
  if (coupon === undefined) return { applied: undefined, problems: [] }
  const usesByBuyer = coupon.limitPerCustomer === null ? 0 : await usesOf(coupon.id, buyer, store)
  const problem = couponProblem(coupon, { lines, currency, usesByBuyer, now })
  return problem === undefined ? { applied: coupon, problems: [] } : { applied: undefined, problems: [problem] }
}

/** Who has not chosen gets the cheapest; who has chosen what is no longer there is asked again. */
function chosenOffer({ shippingMethod }: CartToPrice, offers: readonly ShippingOffer[]): ShippingOffer | undefined {
  return shippingMethod === null ? offers[0] : offers.find(({ method }) => method === shippingMethod)
}

function shippingProblems({ country }: CartToPrice, shipping: ShippingOffer | undefined): readonly Issue[] {
  if (shipping !== undefined) return []
  if (country === null)
    return [{ pointer: '/country', code: 'country_missing', message: 'Say in which country it is to arrive.' }]
  const message = 'It cannot be shipped there like this. Choose another way to ship it, or another country.'
  return [{ pointer: '/shippingMethod', code: 'shipping_unavailable', message }]
}

function choiceFrom(offer: ShippingOffer, input: TotalsInput): ShippingChoice {
  const { amount, discount } = computeTotals({ ...input, shipping: offer }).shipping
  return { method: offer.method, name: offer.name, amount: amount - discount }
}
