import type { LooseDb } from 'galley/plugin'
import type { StoreDb } from '../collections.ts'
import { itemValues, orderValues } from '../orders/order-values.ts'
import { writeInvoice } from '../orders/write-invoice.ts'
import type { OrderSeed } from './orders.ts'
import { productSeeds } from './products/index.ts'
import { seedId } from './seed-id.ts'

/** The orders of the first year, as checkout, payment and shipping would have written them. */
export async function seedOrders(orders: readonly OrderSeed[], db: StoreDb): Promise<void> {
  let itemCount = 0
  for (const order of orders) {
    await seedOrder(order, itemCount, db)
    itemCount += order.lines.length
  }
}

async function seedOrder(seed: OrderSeed, itemsBefore: number, db: StoreDb): Promise<void> {
  const { totals, lines, ...values } = seed
  const payment = seed.paidAt === null ? null : await seedPayment(seed, db)
  const capturedAmount = payment === null ? 0 : totals.total
  const order = await db.orders.create({ ...orderValues(totals), ...values, payment, capturedAmount })
  const items = lines.map((line, index) => ({ id: seedId('order-items', itemsBefore + index), line }))
  for (const { id, line } of items) {
    const shippedQuantity = seed.shippedAt === null ? 0 : line.quantity
    const sold = itemValues({ ...line, sku: skuOf(line.product) }, totals.currency)
    await db['order-items'].create({ id, order: order.id, ...sold, shippedQuantity })
  }
  if (seed.paidAt !== null) await writeInvoice(order, { db, now: seed.paidAt })
  if (seed.shippedAt !== null) await seedShipment(order.id, seed.shippedAt, items, db)
}

function skuOf(product: string): string {
  return productSeeds.find((_, index) => seedId('products', index) === product)!.slug
}

async function seedShipment(
  order: string,
  shippedAt: string,
  items: readonly { readonly id: string; readonly line: { readonly quantity: number } }[],
  db: StoreDb,
): Promise<void> {
  const shipment = await db.shipments.create({ order, shippedAt })
  for (const { id: orderItem, line } of items)
    await db['shipment-items'].create({ shipment: shipment.id, order, orderItem, quantity: line.quantity })
}

/** Payments are a collection of their feature, which the types of the shop do not know. */
async function seedPayment({ id, customer, paidAt, totals }: OrderSeed, db: StoreDb): Promise<string> {
  const { payments } = db as unknown as LooseDb
  const payment = await payments!.create({
    subject: id,
    activeSubject: id,
    payer: customer,
    amount: { amount: totals.total, currency: totals.currency },
    status: 'captured',
    capturedAmount: totals.total,
    refundableAmount: totals.total,
    capturedAt: paidAt,
  })
  return payment.id
}
