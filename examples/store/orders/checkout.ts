import { type AddressInput, address, asSystem, eq, type Issue } from 'galley'
import { action, type StoreDb } from '../collections.ts'
import { storeErrors } from '../errors.ts'
import { type Pieces, type Shortage, takeFromStock } from '../stock/warehouse.ts'
import { type OrderLine, orderLine, totalOf } from './order-lines.ts'

/** One transaction: the cart is closed, the stock taken and the order made, or nothing has happened. */
export const checkout = action('carts', 'checkout', {
  description: 'Orders what is in the cart, at the prices of this moment.',
  input: { shippingAddress: address() },
  output: 'orders',
  allow: ({ row, actor }) => eq(row.customer, actor.id),
  async run({ record: cart, input, db, events, jobs, now }) {
    const store = asSystem(db) // customers may neither write orders nor take from the stock themselves
    await closeCart(cart.id, store)
    const { lines, gone } = await priceItems(await itemsOfCart(cart.id, store), store)
    const shortages = [...gone, ...(await takeFromStock(lines, store, events))]
    if (shortages.length > 0) throw storeErrors.items_missing({ issues: shortages.map(issueFromShortage) })
    const order = await placeOrder({ customer: cart.customer!, lines, ...input, placedAt: now }, store)
    await events.add('orders.placed', { order: order.id })
    await jobs.add('orders.confirmation', { order: order.id })
    return order
  },
})

const maxLines = 200

// The condition makes one of two checkouts at once wait for the other and then find the cart closed.
async function closeCart(id: string, store: StoreDb): Promise<void> {
  const closed = await store.carts.updateIf(id, { status: 'open' }, { status: 'ordered' })
  if (closed === undefined) throw storeErrors.cart_ordered()
}

async function itemsOfCart(cart: string, store: StoreDb): Promise<readonly Pieces[]> {
  const { data: items } = await store['cart-items'].find({ where: { cart }, limit: maxLines + 1 })
  if (items.length === 0) throw storeErrors.cart_empty()
  if (items.length > maxLines) throw storeErrors.cart_too_large({ details: { max: maxLines } })
  return items.map(({ variant, quantity }) => ({ product: variant, quantity })) // the first variant shares the id of its product
}

interface PricedItems {
  readonly lines: readonly OrderLine[]
  /** What has left the shop since it was put into the cart. */
  readonly gone: readonly Shortage[]
}

async function priceItems(items: readonly Pieces[], store: StoreDb): Promise<PricedItems> {
  const ids = items.map((item) => item.product)
  const { data: products } = await store.products.find({
    where: { id: { in: ids }, status: 'active' },
    limit: maxLines,
  })
  const onSale = new Map(products.map((product) => [product.id, product]))
  const lines: OrderLine[] = []
  const gone: Shortage[] = []
  for (const { product: id, quantity } of items) {
    const product = onSale.get(id)
    if (product === undefined) gone.push({ product: id, wanted: quantity, available: 0 })
    else lines.push(orderLine(product, quantity))
  }
  return { lines, gone }
}

function issueFromShortage({ product, wanted, available }: Shortage): Issue {
  return {
    pointer: '',
    code: 'not_enough_stock',
    message: available === 0 ? 'is sold out' : `is down to ${available}`,
    params: { product, wanted, available },
  }
}

interface OrderRequest {
  readonly customer: string
  readonly lines: readonly OrderLine[]
  readonly shippingAddress: AddressInput
  readonly placedAt: string
}

async function placeOrder({ lines, ...request }: OrderRequest, store: StoreDb): Promise<{ readonly id: string }> {
  const order = await store.orders.create({ ...request, total: totalOf(lines) })
  for (const line of lines) await store['order-items'].create({ order: order.id, ...line })
  return order
}
