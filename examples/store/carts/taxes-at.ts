import type { StoreDb } from '../collections.ts'
import { type TaxCategory, type Taxes, type TaxRate, untaxed } from '../pricing/taxes.ts'

export interface Place {
  readonly country: string | null
  readonly region: string | null
}

/** The taxes where a parcel goes: of the region where it has rates of its own, else of the country. None where the shop pays none. */
export async function taxesAt({ country, region }: Place, store: StoreDb): Promise<Taxes> {
  if (country === null) return untaxed
  const { data: regions } = await store['tax-regions'].find({
    where: { country, subdivision: { in: ['', region ?? ''] } },
    sort: 'subdivision', // the whole country first: a part of it has the last word
    limit: 2,
  })
  const [wholeCountry] = regions
  if (wholeCountry === undefined) return untaxed
  const rates = { ...untaxed.rates }
  for (const { id } of regions) Object.assign(rates, await ratesOf(id, store))
  return { pricesIncludeTax: wholeCountry.pricesIncludeTax, rates }
}

async function ratesOf(region: string, store: StoreDb): Promise<Partial<Record<TaxCategory, TaxRate>>> {
  const { data } = await store['tax-rates'].find({ where: { region }, limit: 100 })
  return Object.fromEntries(data.map(({ taxCategory, name, rate }) => [taxCategory, { name, rate }]))
}
