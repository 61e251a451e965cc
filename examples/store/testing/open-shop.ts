import assert from 'node:assert/strict'
import type { App } from 'galley'
import { createTestApp, type TestApp, type TestAppOptions } from 'galley/testing'
import shop from '../app.ts'
import { type Answer, created, done, type Someone, send } from './over-http.ts'
import { administrator, newCustomer, newProduct } from './people-and-goods.ts'

/** A shop with a warehouse, parcels that cost nothing, and 25 % of tax. */
export interface OpenShop {
  readonly app: TestApp
  readonly staff: Someone
  readonly warehouse: string
}

export async function openShop(options: TestAppOptions, declared: App = shop): Promise<OpenShop> {
  const app = await createTestApp(declared, options)
  const staff = administrator(app)
  const warehouse = await created(staff, '/api/locations', { name: 'Warehouse', priority: 1 })
  await openShipping(staff, 'SE')
  const region = await created(staff, '/api/tax-regions', { country: 'SE', pricesIncludeTax: true })
  await created(staff, '/api/tax-rates', { region, taxCategory: 'standard', name: 'moms', rate: 250_000 })
  return { app, staff, warehouse }
}

/** Parcels to a country, for nothing. */
export async function openShipping(staff: Someone, country: string): Promise<void> {
  const zone = await created(staff, '/api/shipping-zones', { name: country, countries: [country] })
  const method = await created(staff, '/api/shipping-methods', { zone, name: 'Parcel' })
  await created(staff, '/api/shipping-rates', { method, currency: 'EUR', amount: 0 })
}

export const shippingAddress = {
  name: 'Ada Lindqvist',
  line1: 'Bryggargatan 14',
  postalCode: '111 21',
  city: 'Stockholm',
  country: 'SE',
}

export interface Goods {
  /** Cents. */
  readonly price?: number
  readonly pieces: number
  readonly allowsBackorder?: boolean
}

/** A product on sale, with so many pieces on the shelf. Its variant has the same id. */
export async function newGoods(
  { staff, warehouse }: OpenShop,
  { price = 100, pieces, allowsBackorder = false }: Goods,
): Promise<string> {
  const variant = await newProduct(staff, { price })
  if (allowsBackorder) await done(staff, 'PATCH', `/api/variants/${variant}`, { allowsBackorder })
  if (pieces > 0)
    await done(staff, 'POST', '/api/stock-levels/receive', { variant, location: warehouse, quantity: pieces })
  return variant
}

export function newBuyer({ app, staff }: OpenShop) {
  return newCustomer(app, staff)
}

export async function newCart(buyer: Someone, items: Readonly<Record<string, number>>): Promise<string> {
  const cart = await created(buyer, '/api/carts', {})
  for (const [variant, quantity] of Object.entries(items))
    await created(buyer, `/api/carts/${cart}/items`, { variant, quantity })
  return cart
}

export function checkout(buyer: Pick<Someone, 'fetch'>, cart: string): Promise<Answer> {
  return send(buyer, 'POST', `/api/carts/${cart}/checkout`, { shippingAddress })
}

export interface NewOrder {
  readonly id: string
  readonly number: string
  readonly payment: string
}

export async function newOrder(buyer: Someone, items: Readonly<Record<string, number>>): Promise<NewOrder> {
  const answer = await checkout(buyer, await newCart(buyer, items))
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body
}

/** An order that cost nothing, so that it is paid, and that was sent. */
export async function newReceivedOrder(
  buyer: Someone,
  items: Readonly<Record<string, number>>,
  { staff }: OpenShop,
): Promise<NewOrder> {
  const order = await newOrder(buyer, items)
  await done(staff, 'POST', `/api/orders/${order.id}/ship`, {})
  return order
}

export interface ShelfCounts {
  readonly onHand: number
  readonly reserved: number
  readonly available: number
}

export async function shelfOf(variant: string, { staff, warehouse }: OpenShop): Promise<ShelfCounts> {
  const query = `filter[variant][eq]=${variant}&filter[location][eq]=${warehouse}`
  const { onHand, reserved, available } = (await done(staff, 'GET', `/api/stock-levels?${query}`)).data[0]
  return { onHand, reserved, available }
}

export function statusesOf(answers: readonly Answer[]): Readonly<Record<number, number>> {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
