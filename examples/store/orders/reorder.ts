import { integer, list, object, text } from 'galley'
import { maxQuantity } from '../carts/carts.ts'
import { action } from '../collections.ts'
import { asShop, type StoreEffects } from '../effects.ts'
import { buyer } from '../who.ts'
import { itemsOf, type OrderItem } from './ordered-pieces.ts'

export const reorder = action('orders', 'reorder', {
  description: 'Opens a new cart with what is still sold of an order, at the prices of today, and tells what is not.',
  output: {
    cart: text(),
    missing: list(object({ sku: text(), name: text(), quantity: integer() }), { max: 200 }),
  },
  allow: buyer,
  async run({ record: order, db, ...context }) {
    const items = await itemsOf(order.id, asShop({ db, ...context }))
    const onSale = await variantsOnSale(items, asShop({ db, ...context }))
    const country = order.shippingAddress.country
    const cart = await db.carts.create({ currency: order.currency as 'EUR', country })
    for (const { variant, quantity } of items.filter((item) => onSale.has(item.variant)))
      await db['cart-items'].create({ cart: cart.id, variant, quantity: Math.min(quantity, maxQuantity) })
    const missing = items.filter((item) => !onSale.has(item.variant))
    return { cart: cart.id, missing: missing.map(({ sku, name, quantity }) => ({ sku, name, quantity })) }
  },
})

async function variantsOnSale(items: readonly OrderItem[], { db }: StoreEffects): Promise<ReadonlySet<string>> {
  const { data } = await db.variants.find({
    where: { id: { in: items.map(({ variant }) => variant) }, status: 'active', product: { status: 'active' } },
    limit: 1_000,
  })
  return new Set(data.map(({ id }) => id))
}
