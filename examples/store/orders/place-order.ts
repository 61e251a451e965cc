import type { AddressInput } from 'galley'
import type { PricedCart } from '../carts/price-cart.ts'
import type { StoreEffects } from '../effects.ts'
import { storeErrors } from '../errors.ts'
import { hashOfSecret } from '../secrets.ts'
import type { Order } from './move-order.ts'
import { newOrderNumber } from './order-number.ts'
import { itemValues, orderValues } from './order-values.ts'
import type { OrderItem } from './ordered-pieces.ts'

export interface OrderRequest {
  readonly cart: { readonly customer: string | null; readonly guest: string | null }
  readonly priced: PricedCart
  readonly token: string
  readonly shippingAddress: AddressInput
  readonly billingAddress: AddressInput | null
}

export interface PlacedOrder {
  readonly order: Order
  readonly items: readonly OrderItem[]
}

/** Writes an order and its items down, with the names and prices of this moment. */
export async function placeOrder(
  { cart: { customer, guest }, priced, token, shippingAddress, billingAddress }: OrderRequest,
  { db, now }: StoreEffects,
): Promise<PlacedOrder> {
  const { email } = priced.buyer
  if (email === null) throw storeErrors.email_missing()
  const order = await db.orders.create({
    ...orderValues(priced.totals),
    ...{ customer, guest, email, shippingAddress, billingAddress },
    number: newOrderNumber(),
    lookupTokenHash: hashOfSecret(token),
    shippingMethod: priced.shipping?.name ?? null,
    couponCode: priced.coupon?.code ?? null,
    placedAt: now,
  })
  const items: OrderItem[] = []
  for (const line of priced.lines)
    items.push(await db['order-items'].create({ order: order.id, ...itemValues(line, order.currency) }))
  return { order, items }
}
