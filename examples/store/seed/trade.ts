import type { StoreDb } from '../collections.ts'
import { seedId } from './seed-id.ts'

/** Where the shop ships to, what that costs, which taxes are due there, and the coupons that are about. */
export async function seedTrade(db: StoreDb): Promise<void> {
  await seedTaxes(db)
  await seedShipping(db)
  for (const [index, coupon] of coupons.entries()) await db.coupons.create({ id: seedId('coupons', index), ...coupon })
}

/** Country, value added tax, and the reduced rate that is closest to food. Rates of 2025, for a demonstration: nobody's advice. */
const valueAddedTaxes = [
  ['AT', 200_000, 100_000],
  ['BE', 210_000, 60_000],
  ['BG', 200_000, 90_000],
  ['CH', 81_000, 26_000],
  ['CZ', 210_000, 120_000],
  ['DE', 190_000, 70_000],
  ['DK', 250_000, 250_000],
  ['EE', 240_000, 90_000],
  ['ES', 210_000, 100_000],
  ['FI', 255_000, 140_000],
  ['FR', 200_000, 55_000],
  ['GB', 200_000, 50_000],
  ['GR', 240_000, 130_000],
  ['HU', 270_000, 180_000],
  ['IE', 230_000, 135_000],
  ['IT', 220_000, 100_000],
  ['LT', 210_000, 90_000],
  ['NL', 210_000, 90_000],
  ['NO', 250_000, 150_000],
  ['PL', 230_000, 50_000],
  ['PT', 230_000, 60_000],
  ['RO', 210_000, 110_000],
  ['SE', 250_000, 120_000],
  ['SI', 220_000, 95_000],
] as const

async function seedTaxes(db: StoreDb): Promise<void> {
  for (const [index, [country, standard, reduced]] of valueAddedTaxes.entries()) {
    const region = seedId('tax-regions', index)
    await db['tax-regions'].create({ id: region, country, pricesIncludeTax: true })
    for (const [offset, rate] of [standard, reduced].entries()) {
      const taxCategory = offset === 0 ? 'standard' : 'reduced'
      await db['tax-rates'].create({
        id: seedId('tax-rates', index * 2 + offset),
        region,
        taxCategory,
        name: 'VAT',
        rate,
      })
    }
  }
}

const countries = valueAddedTaxes.map(([country]) => country)
const outside = ['CH', 'GB', 'NO']

const zones = [
  {
    name: 'European Union',
    countries: countries.filter((country) => !outside.includes(country)),
    methods: [
      { name: 'Parcel', rates: [{ amount: 490, maxWeightGrams: 5_000, freeFrom: 6_000 }, { amount: 990 }] },
      { name: 'Express', rates: [{ amount: 1_490 }] },
    ],
  },
  {
    name: 'Britain, Norway and Switzerland',
    countries: outside,
    methods: [{ name: 'Parcel', rates: [{ amount: 1_290, freeFrom: 15_000 }] }],
  },
]

async function seedShipping(db: StoreDb): Promise<void> {
  const counts = { methods: 0, rates: 0 }
  for (const [index, { methods, ...zone }] of zones.entries()) {
    const { id } = await db['shipping-zones'].create({ id: seedId('shipping-zones', index), ...zone })
    for (const { name, rates } of methods) {
      const method = seedId('shipping-methods', counts.methods++)
      await db['shipping-methods'].create({ id: method, zone: id, name })
      for (const rate of rates)
        await db['shipping-rates'].create({
          id: seedId('shipping-rates', counts.rates++),
          method,
          currency: 'EUR',
          ...rate,
        })
    }
  }
}

const coupons = [
  { code: 'HARBOUR10', kind: 'percentage', rate: 100_000, limitPerCustomer: 1 },
  { code: 'FIVER', kind: 'fixed', amount: 500, currency: 'EUR', minSubtotal: 4_000, limitTotal: 500 },
  { code: 'SHIPFREE', kind: 'freeShipping', limitTotal: 100 },
  { code: 'FOURFORTHREE', kind: 'buyXGetY', buy: 3, get: 1 },
] as const
