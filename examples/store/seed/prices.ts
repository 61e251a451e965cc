import type { StoreDb } from '../collections.ts'
import { type ProductSeed, productSeeds, taxCategoryOf } from './products/index.ts'
import { seedId } from './seed-id.ts'

interface PriceListSeed {
  readonly name: string
  readonly currency: 'EUR' | 'SEK' | 'USD' | 'JPY' | 'KWD'
  readonly isForCafes?: boolean
  readonly priority?: number
  readonly validFrom?: string
  readonly validUntil?: string
  readonly minQuantity?: number
  readonly has: (product: ProductSeed) => boolean
  /** Minor units of the currency, of cents. */
  readonly amount: (cents: number) => number
}

const to = (step: number, amount: number) => Math.round(amount / step) * step

const priceLists: readonly PriceListSeed[] = [
  { name: 'Sweden', currency: 'SEK', has: () => true, amount: (cents) => to(100, cents * 11.4) },
  { name: 'United States', currency: 'USD', has: () => true, amount: (cents) => to(10, cents * 1.15) },
  {
    name: 'Japan', // yen have no minor unit
    currency: 'JPY',
    has: ({ tags }) => tags.includes('bestseller') || tags.includes('handmade'),
    amount: (cents) => to(10, cents * 1.62),
  },
  {
    name: 'Kuwait', // a dinar has 1 000 fils
    currency: 'KWD',
    has: ({ tags }) => tags.includes('bestseller'),
    amount: (cents) => to(50, cents * 3.4),
  },
  {
    name: 'Cafés and restaurants',
    currency: 'EUR',
    isForCafes: true,
    minQuantity: 10,
    has: (product) => taxCategoryOf(product) === 'reduced',
    amount: (cents) => to(10, cents * 0.8),
  },
  {
    name: 'Spring sale',
    currency: 'EUR',
    validFrom: '2026-03-20T00:00:00Z',
    validUntil: '2026-04-06T00:00:00Z',
    has: ({ tags }) => tags.includes('limited'),
    amount: (cents) => to(10, cents * 0.85),
  },
]

/** Prices besides those of the variants themselves: in other currencies, for cafés that buy much, and for a while in spring. */
export async function seedPrices(db: StoreDb): Promise<void> {
  const cafes = seedId('customer-groups', 0)
  await db['customer-groups'].create({ id: cafes, name: 'Cafés and restaurants' })
  for (const customer of [5, 12]) await db.customers.update(seedId('customers', customer), { group: cafes })
  const { data: variants } = await db.variants.find({ sort: 'id', limit: 1_000 })
  const productOf = new Map(productSeeds.map((product, index) => [seedId('products', index), product]))
  let count = 0
  for (const [index, { has, amount, isForCafes, minQuantity = 1, ...list }] of priceLists.entries()) {
    const priceList = seedId('price-lists', index)
    await db['price-lists'].create({ id: priceList, ...list, customerGroup: isForCafes === true ? cafes : null })
    for (const variant of variants.filter(({ product }) => has(productOf.get(product)!))) {
      const id = seedId('prices', count++)
      await db.prices.create({ id, variant: variant.id, priceList, minQuantity, amount: amount(variant.price.amount) })
    }
  }
}
