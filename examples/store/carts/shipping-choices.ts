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
  const { country, currency, weightGrams } = parcel
  if (country === null) return []
  const { data: methods } = await store['shipping-methods'].find({
    where: { status: 'active', zone: { countries: { contains: country } } },
    expand: { rates: { limit: 100 } },
    sort: 'name',
    limit: 100,
  })
  const offers = methods.flatMap(({ id: method, name, taxCategory, rates }) => {
    const inCurrency = rates.filter((rate) => rate.currency === currency)
    const rate = rateForWeight(inCurrency, weightGrams)
    if (rate === undefined) return []
    return [{ method, name, taxCategory, amount: rate.amount, freeFrom: rate.freeFrom ?? undefined }]
  })
  return offers.toSorted((left, right) => left.amount - right.amount)
}
