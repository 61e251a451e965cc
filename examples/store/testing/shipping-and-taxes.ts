import { created, type Someone } from './over-http.ts'

export interface Trade {
  /** 4.90 EUR up to 2 kg, 9.90 EUR above; nothing from 50 EUR on. */
  readonly parcel: string
  /** 14.90 EUR, whatever it weighs. */
  readonly express: string
}

/** The shop pays taxes in Germany (19 % and 7 %, in the prices) and Ohio (5.75 %, on top), and ships to both in euros and yen. */
export async function openTrade(staff: Someone): Promise<Trade> {
  await taxRegion(staff, { country: 'DE', pricesIncludeTax: true }, { standard: 190_000, reduced: 70_000 })
  await taxRegion(staff, { country: 'US', pricesIncludeTax: false }, {})
  await taxRegion(staff, { country: 'US', subdivision: 'OH', pricesIncludeTax: false }, { standard: 57_500 })
  const zone = await created(staff, '/api/shipping-zones', { name: 'Everywhere', countries: ['DE', 'US'] })
  const parcel = await created(staff, '/api/shipping-methods', { zone, name: 'Parcel' })
  const express = await created(staff, '/api/shipping-methods', { zone, name: 'Express' })
  const rate = (method: string, amount: number, more: object) =>
    created(staff, '/api/shipping-rates', { method, currency: 'EUR', amount, ...more })
  await rate(parcel, 490, { maxWeightGrams: 2_000, freeFrom: 5_000 })
  await rate(parcel, 990, { freeFrom: 5_000 })
  await rate(express, 1_490, {})
  await rate(express, 2_000, { currency: 'JPY' })
  return { parcel, express }
}

async function taxRegion(staff: Someone, region: object, rates: Readonly<Record<string, number>>): Promise<void> {
  const id = await created(staff, '/api/tax-regions', region)
  for (const [taxCategory, rate] of Object.entries(rates))
    await created(staff, '/api/tax-rates', { region: id, taxCategory, name: 'VAT', rate })
}
