import type { Money } from 'galley'
import type { StoreDb } from '../collections.ts'
import type { shopCurrencies } from '../pricing/currencies.ts'
import { decidePrice, type ListedPrice } from './decide-price.ts'

/** Who buys, when, and in what currency. */
export interface PriceTerms {
  readonly currency: (typeof shopCurrencies)[number]
  /** Of the customer; null for guests and for customers of no group. */
  readonly group: string | null
  /** ISO 8601. */
  readonly now: string
}

export interface Wish {
  readonly variant: { readonly id: string; readonly price: Money }
  readonly quantity: number
}

/**
 * What a buyer pays for one piece of each, by the id of the variant. The only place that says so.
 *
 * What is missing in the answer cannot be bought in the currency. Two statements, however many wishes.
 * @param store  acts as the system: the lists are chosen by the terms.
 */
export async function pricesFor(
  wishes: readonly Wish[],
  terms: PriceTerms,
  store: StoreDb,
): Promise<ReadonlyMap<string, Money>> {
  const listed = await listedPrices(wishes, terms, store)
  const decided = wishes.map(({ variant, quantity }) => {
    const price = decidePrice(variant, listed.get(variant.id) ?? [], { quantity, currency: terms.currency })
    return [variant.id, price] as const
  })
  return new Map(decided.filter((one): one is readonly [string, Money] => one[1] !== undefined))
}

/** The group whose prices somebody has: null for guests, staff and programs. */
export async function groupOf(customer: string | null, store: StoreDb): Promise<string | null> {
  if (customer === null) return null
  return (await store.customers.findOne(customer))?.group ?? null
}

/** Variants that can be priced at once. */
export const maxWishes = 200
const maxLists = 50
/** Of one variant in all lists, so that none is left out when many are read. */
export const maxPrices = 50

async function listedPrices(
  wishes: readonly Wish[],
  terms: PriceTerms,
  store: StoreDb,
): Promise<ReadonlyMap<string, readonly ListedPrice[]>> {
  const priorities = await openLists(terms, store)
  if (priorities.size === 0) return new Map()
  const { data } = await store.prices.find({
    where: {
      variant: { in: wishes.map(({ variant }) => variant.id) },
      priceList: { in: [...priorities.keys()] },
    },
    limit: maxWishes * maxPrices,
  })
  return Map.groupBy(
    data.map((price) => ({ ...price, priority: priorities.get(price.priceList)! })),
    ({ variant }) => variant,
  )
}

/** Priorities of the lists that hold, by id. */
async function openLists({ currency, group, now }: PriceTerms, store: StoreDb): Promise<ReadonlyMap<string, number>> {
  const { data } = await store['price-lists'].find({
    where: {
      currency,
      and: [
        { or: [{ customerGroup: null }, ...(group === null ? [] : [{ customerGroup: group }])] },
        { or: [{ validFrom: null }, { validFrom: { lte: now } }] },
        { or: [{ validUntil: null }, { validUntil: { gt: now } }] },
      ],
    },
    sort: '-priority',
    limit: maxLists,
  })
  return new Map(data.map(({ id, priority }) => [id, priority]))
}
