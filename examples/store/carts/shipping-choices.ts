import type { StoreDb } from '../collections.ts'
import type { ShopCurrency } from '../pricing/currencies.ts'
import { rateForWeight, type ShippingTerms } from '../pricing/shipping-price.ts'

export interface Parcel {
  readonly country: string | null
  readonly currency: ShopCurrency
  readonly weightGrams: number
}

/** A way to ship a parcel. */
export interface ShippingOffer extends ShippingTerms {
  readonly method: string
}

/** How a parcel can be shipped, the cheapest way first. */
export async function shippingOffers(parcel: Parcel, store: StoreDb): Promise<readonly ShippingOffer[]> {
  if (parcel.country === null) return []
  const { data: methods } = await store['shipping-methods'].find({
    where: { status: 'active', zone: { countries: { contains: parcel.country } } },
    sort: 'name',
    limit: 100,
  })
  const { data: rates } = await store['shipping-rates'].find({
    where: { method: { in: methods.map(({ id }) => id) }, currency: parcel.currency },
    limit: 1_000,
  })
  const offers = methods.flatMap(({ id, name, taxCategory }) => {
    const rate = rateForWeight(
      rates.filter(({ method }) => method === id),
      parcel.weightGrams,
    )
    return rate === undefined
      ? []
      : [{ method: id, name, taxCategory, amount: rate.amount, freeFrom: rate.freeFrom ?? undefined }]
  })
  return offers.toSorted((left, right) => left.amount - right.amount)
}
