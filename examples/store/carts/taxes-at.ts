import type { Issue } from 'galley'
import type { StoreDb } from '../collections.ts'
import { type Taxes, untaxed } from '../pricing/taxes.ts'

export interface Place {
  readonly country: string | null
  readonly region: string | null
}

/** The taxes where a parcel goes: of the region where it has rates of its own, else of the country. None where the shop pays none. */
export async function taxesAt({ country, region }: Place, store: StoreDb): Promise<Taxes> {
  if (country === null) return untaxed
  const { data: regions } = await store['tax-regions'].find({
    where: { country, subdivision: { in: ['', ...spellingsOf(region ?? '')] } },
    expand: { rates: true },
    sort: 'subdivision', // the whole country first: a part of it has the last word
  })
  const [wholeCountry] = regions
  if (wholeCountry === undefined) return untaxed
  const own = regions.flatMap(({ rates }) => rates.map(({ taxCategory, name, rate }) => [taxCategory, { name, rate }]))
  return {
    pricesIncludeTax: wholeCountry.pricesIncludeTax,
    rates: { ...untaxed.rates, ...Object.fromEntries(own) },
  }
}

/** Where taxes depend on the region it has to be known, and written as the shop writes it: nobody pays less for a state in full. */
export async function regionProblems({ country, region }: Place, store: StoreDb): Promise<readonly Issue[]> {
  if (country === null || /^[A-Za-z0-9]{1,3}$/.test(region ?? '')) return []
  const dependsOnRegion = (await store['tax-regions'].count({ country, subdivision: { ne: '' } })) > 0
  const message = 'Taxes depend on the region there. Give its code, such as NY.'
  return dependsOnRegion ? [{ pointer: '/region', code: 'region_missing', message }] : []
}

/** Codes of regions are in capitals, and people write them as they like. */
function spellingsOf(region: string): readonly string[] {
  return [...new Set([region, region.toUpperCase()])]
}
