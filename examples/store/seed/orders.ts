import type { AddressInput } from 'galley'
import { variantName } from '../catalogue/offer.ts'
import type { OrderStatus } from '../orders/order-status.ts'
import { computeTotals, type LineTotals, type PricedLine, type Totals } from '../pricing/totals.ts'
import { customerSeeds } from './customers.ts'
import { type ProductSeed, productSeeds } from './products/index.ts'
import { type Random, randomFrom } from './random.ts'
import { openedAtMs, seedId, toldAtMs } from './seed-id.ts'
import { choiceOf } from './variants.ts'

export interface OrderSeed extends OrderMoments {
  readonly id: string
  readonly number: string
  readonly customer: string
  readonly email: string
  readonly shippingAddress: AddressInput
  readonly lines: readonly LineTotals[]
  readonly totals: Totals
}

const orderCount = 260
const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** A year of orders as they were placed: every other day at first, nearly two a day at the end. */
export function orderSeeds(): readonly OrderSeed[] {
  const random = randomFrom(1877)
  const deck = dealProducts(random)
  return momentsOfOrders(random).map((placedAtMs, index) => {
    const customer = customerOfOrder(random)
    const totals = totalsOf(linesOfOrder(placedAtMs, deck, random))
    return {
      id: seedId('orders', index, placedAtMs),
      number: `HH-2025-${String(index + 1).padStart(4, '0')}`,
      customer: seedId('customers', customer),
      email: `${customerSeeds[customer]![1]}@example.com`,
      shippingAddress: postalAddress(customer),
      lines: totals.lines,
      totals,
      ...orderMoments(placedAtMs, random),
    }
  })
}

export function postalAddress(customer: number): AddressInput {
  const [name, , line1, postalCode, city, country] = customerSeeds[customer]!
  return { name, line1, postalCode, city, country }
}

function momentsOfOrders(random: Random): readonly number[] {
  const daysOpen = (toldAtMs - openedAtMs) / dayMs
  const moments = Array.from({ length: orderCount }, (_, index) => {
    const daysAgo = 1 + Math.floor((daysOpen - 1) * (1 - index / orderCount) ** 1.5)
    return toldAtMs - daysAgo * dayMs + Math.floor((7 + 15 * random.fraction()) * hourMs)
  })
  return moments.sort((left, right) => left - right)
}

/** Some customers come back often, most now and then. */
function customerOfOrder(random: Random): number {
  return Math.floor(customerSeeds.length * random.fraction() ** 1.5)
}

type DealProduct = (isWanted: (product: ProductSeed) => boolean) => ProductSeed

/** Deals products as from a pack of cards, so that everything sells sooner or later, and bestsellers three times as often. */
function dealProducts(random: Random): DealProduct {
  const sold = productSeeds.filter((product) => product.status !== 'draft')
  const pack = sold.flatMap((product) =>
    product.tags.includes('bestseller') ? [product, product, product] : [product],
  )
  let cards: ProductSeed[] = []
  return (isWanted) => {
    for (;;) {
      if (cards.length === 0) cards = random.shuffled(pack)
      const card = cards.pop()!
      if (isWanted(card)) return card
    }
  }
}

const retiredAtMs = toldAtMs - 120 * dayMs

function linesOfOrder(placedAtMs: number, deal: DealProduct, random: Random): readonly PricedLine[] {
  const taken = new Set<ProductSeed>()
  const isWanted = (product: ProductSeed) =>
    !taken.has(product) && (product.status !== 'retired' || placedAtMs < retiredAtMs)
  const count = 1 + Math.floor(5 * random.fraction() ** 1.4)
  for (let line = 0; line < count; line += 1) taken.add(deal(isWanted))
  return [...taken].map((product) => pricedLine(product, quantityOf(product, random)))
}

/** Of the first variant of a product, which shares its id. */
function pricedLine(product: ProductSeed, quantity: number): PricedLine {
  const id = seedId('products', productSeeds.indexOf(product))
  const name = variantName(product, { title: choiceOf(product)?.value ?? '' })
  return { id, product: id, name, quantity, unitPrice: product.price, taxCategory: 'standard' }
}

const vat = { name: 'VAT', rate: 190_000 }
const taxes = { pricesIncludeTax: true, rates: { standard: vat, reduced: vat, zero: vat } }

/** What the shop charged in its first year: no coupons, and parcels for nothing. */
function totalsOf(lines: readonly PricedLine[]): Totals {
  return computeTotals({ currency: 'EUR', lines, taxes })
}

/** One pan, but three bags of coffee. */
function quantityOf({ price }: ProductSeed, random: Random): number {
  return price > 2_000 ? 1 : 1 + Math.floor(3 * random.fraction() ** 2)
}

interface OrderMoments {
  readonly status: OrderStatus
  readonly placedAt: string
  readonly paidAt: string | null
  readonly shippedAt: string | null
  readonly cancelledAt: string | null
}

/** Paid within three days, shipped within four more; what lies after the day of the story has not happened yet. */
function orderMoments(placedAtMs: number, random: Random): OrderMoments {
  const paidAtMs = placedAtMs + Math.ceil(72 * hourMs * random.fraction() ** 2)
  const shippedAtMs = paidAtMs + Math.ceil((12 + 84 * random.fraction()) * hourMs)
  const isCancelled = random.fraction() < 0.06
  const never = { paidAt: null, shippedAt: null, cancelledAt: null }
  const placed = { ...never, status: 'placed', placedAt: instantOf(placedAtMs) } as const
  if (paidAtMs >= toldAtMs) return placed
  if (isCancelled) return { ...placed, status: 'cancelled', cancelledAt: instantOf(paidAtMs) }
  const paid = { ...placed, status: 'paid', paidAt: instantOf(paidAtMs) } as const
  if (shippedAtMs >= toldAtMs) return paid
  return { ...paid, status: 'shipped', shippedAt: instantOf(shippedAtMs) }
}

const instantOf = (ms: number) => new Date(ms).toISOString()
