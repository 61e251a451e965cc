import type { StoreDb } from '../collections.ts'
import { seedId } from './seed-id.ts'

/** Where the shop ships to, what that costs, which taxes are due there, and the coupons that are about. */
export async function seedTrade(db: StoreDb): Promise<void> {
  await seedTaxes(db)
  await seedTaxesFarAway(db)
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

/** The United States add their tax to the price, each state its own; in Japan it is in the price. Kuwait has none. */
const taxesFarAway = [
  { country: 'US', subdivision: '', pricesIncludeTax: false, rates: {} },
  { country: 'US', subdivision: 'NY', pricesIncludeTax: false, rates: { standard: 88_750 } },
  { country: 'US', subdivision: 'VT', pricesIncludeTax: false, rates: { standard: 60_000 } },
  { country: 'JP', subdivision: '', pricesIncludeTax: true, rates: { standard: 100_000, reduced: 80_000 } },
] as const

async function seedTaxesFarAway(db: StoreDb): Promise<void> {
  let count = 2 * valueAddedTaxes.length
  for (const [index, { rates, ...region }] of taxesFarAway.entries()) {
    const id = seedId('tax-regions', valueAddedTaxes.length + index)
    await db['tax-regions'].create({ id, ...region })
    for (const [taxCategory, rate] of Object.entries(rates))
      await db['tax-rates'].create({
        id: seedId('tax-rates', count++),
        region: id,
        taxCategory: taxCategory as 'standard' | 'reduced',
        name: 'Sales tax',
        rate,
      })
  }
}

const countries = valueAddedTaxes.map(([country]) => country)
const outside = ['CH', 'GB', 'NO']

interface ZoneSeed {
  readonly name: string
  readonly countries: readonly string[]
  readonly methods: readonly {
    readonly name: string
    /** In euros where nothing else is said. */
    readonly rates: readonly {
      readonly currency?: 'SEK' | 'USD' | 'JPY' | 'KWD'
      readonly amount: number
      readonly maxWeightGrams?: number
      readonly freeFrom?: number
    }[]
  }[]
}

const zones: readonly ZoneSeed[] = [
  {
    name: 'European Union',
    countries: countries.filter((country) => !outside.includes(country)),
    methods: [
      {
        name: 'Parcel',
        rates: [
          { amount: 490, maxWeightGrams: 5_000, freeFrom: 6_000 },
          { amount: 990 },
          { currency: 'SEK', amount: 5_500, maxWeightGrams: 5_000, freeFrom: 70_000 },
          { currency: 'SEK', amount: 11_000 },
        ],
      },
      { name: 'Express', rates: [{ amount: 1_490 }] },
    ],
  },
  {
    name: 'Britain, Norway and Switzerland',
    countries: outside,
    methods: [{ name: 'Parcel', rates: [{ amount: 1_290, freeFrom: 15_000 }] }],
  },
  {
    name: 'Overseas',
    countries: ['US', 'JP', 'KW'],
    methods: [
      {
        name: 'Air mail',
        rates: [
          { currency: 'USD', amount: 2_490 },
          { currency: 'JPY', amount: 3_600 },
          { currency: 'KWD', amount: 7_500 },
        ],
      },
    ],
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
