import assert from 'node:assert/strict'
import { checkout, newCart, type OpenShop } from './open-shop.ts'
import { done, type Json, type Someone } from './over-http.ts'

/** A gift card with so much on it, in euros; in a cart it is paid with. */
export async function addGiftCard({ staff }: OpenShop, buyer: Someone, cart: string, amount: number): Promise<string> {
  const { code, giftCard } = await done(staff, 'POST', '/api/gift-cards/issue', { currency: 'EUR', amount })
  await done(buyer, 'POST', `/api/carts/${cart}/apply-gift-card`, { code })
  return giftCard
}

export interface PaidOrder {
  readonly id: string
  readonly giftCard: string
  /** The item of each variant. */
  readonly items: Readonly<Record<string, string>>
}

/** An order that a gift card of 10 000 euros has paid. */
export async function newPaidOrder(
  shop: OpenShop,
  buyer: Someone,
  pieces: Readonly<Record<string, number>>,
): Promise<PaidOrder> {
  const cart = await newCart(buyer, pieces)
  const giftCard = await addGiftCard(shop, buyer, cart, 1_000_000)
  const { status, body } = await checkout(buyer, cart)
  assert.deepEqual([status, body.status, body.due?.amount], [200, 'paid', 0], JSON.stringify(body))
  return { id: body.id, giftCard, items: await itemsByVariant(buyer, body.id) }
}

async function itemsByVariant(buyer: Someone, order: string): Promise<Readonly<Record<string, string>>> {
  const { data } = await done(buyer, 'GET', `/api/orders/${order}/items`)
  return Object.fromEntries(data.map(({ id, variant }: Json) => [variant, id]))
}

export async function balanceOf({ staff }: OpenShop, giftCard: string): Promise<number> {
  return (await done(staff, 'GET', `/api/gift-cards/${giftCard}`)).balance
}
