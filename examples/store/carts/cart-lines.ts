import type { Issue } from 'galley'
import { variantName } from '../catalogue/offer.ts'
import { type PriceTerms, pricesFor } from '../catalogue/price-for.ts'
import type { StoreDb } from '../collections.ts'
import type { PricedLine } from '../pricing/totals.ts'
import { maxItems } from './carts.ts'

/** A line that can be bought. `id` is the variant. */
export interface CartLine extends PricedLine {
  readonly sku: string
  readonly weightGrams: number
  readonly allowsBackorder: boolean
}

/** What is in a cart at the prices of this moment, and what cannot be bought of it. */
export async function cartLines(
  cart: string,
  terms: PriceTerms,
  store: StoreDb,
): Promise<{ readonly lines: readonly CartLine[]; readonly problems: readonly Issue[] }> {
  const wishes = await wishesIn(cart, store)
  const prices = await pricesFor(wishes.filter(isOnSale), terms, store)
  const lines: CartLine[] = []
  const problems: Issue[] = wishes.length === 0 ? [{ pointer: '/items', code: 'empty', message: emptyCart }] : []
  for (const wish of wishes) {
    const price = prices.get(wish.variant.id)
    if (price === undefined) problems.push(problemWith(wish, terms.currency))
    else lines.push(lineFrom(wish, price.amount))
  }
  return { lines, problems }
}

const emptyCart = 'The cart is empty. Put something into it first.'

async function wishesIn(cart: string, store: StoreDb) {
  const { data: items } = await store['cart-items'].find({ where: { cart }, sort: 'createdAt', limit: maxItems })
  const { data: variants } = await store.variants.find({
    where: { id: { in: items.map(({ variant }) => variant) } },
    expand: { product: true },
    limit: maxItems,
  })
  const byId = new Map(variants.map((variant) => [variant.id, variant]))
  return items.map(({ variant, quantity }) => ({ quantity, variant: byId.get(variant)! }))
}

type CartWish = Awaited<ReturnType<typeof wishesIn>>[number]

function isOnSale({ variant }: CartWish): boolean {
  return variant.status === 'active' && variant.product!.status === 'active'
}

function lineFrom({ variant, quantity }: CartWish, unitPrice: number): CartLine {
  const { id, sku, weightGrams, allowsBackorder } = variant
  const product = variant.product!
  const name = variantName(product, variant)
  const { taxCategory } = product
  return { id, product: product.id, name, sku, quantity, unitPrice, taxCategory, weightGrams, allowsBackorder }
}

function problemWith(wish: CartWish, currency: string): Issue {
  const { variant } = wish
  const params = { variant: variant.id, name: variantName(variant.product!, variant) }
  if (!isOnSale(wish)) return { pointer: '/items', code: 'unavailable', message: 'is no longer sold', params }
  return { pointer: '/items', code: 'no_price', message: `cannot be bought in ${currency}`, params }
}
