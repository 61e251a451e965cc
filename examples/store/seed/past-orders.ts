import type { LooseDb } from 'galley/plugin'
import type { StoreDb } from '../collections.ts'
import { itemValues, orderValues } from '../orders/order-values.ts'
import type { OrderSeed } from './orders.ts'
import { seedId } from './seed-id.ts'

/** The orders of the first year, as checkout would have written them. */
export async function seedOrders(orders: readonly OrderSeed[], db: StoreDb): Promise<void> {
  let itemCount = 0
  for (const { totals, lines, ...order } of orders) {
    const isPaid = order.paidAt !== null
    const payment = isPaid ? await seedPayment(order, totals.total, db) : null
    const paid = { payment, capturedAmount: isPaid ? totals.total : 0 }
    await db.orders.create({ ...orderValues(totals), ...order, ...paid })
    for (const line of lines) {
      const id = seedId('order-items', itemCount)
      const sku = line.id.slice(-12)
      await db['order-items'].create({
        id,
        order: order.id,
        ...itemValues({ ...line, sku }, totals.currency),
        shippedQuantity: order.status === 'shipped' ? line.quantity : 0,
      })
      itemCount += 1
    }
  }
}

/** Payments are a collection of their feature, which the types of the shop do not know. */
async function seedPayment(
  { id, customer, paidAt }: Pick<OrderSeed, 'id' | 'customer' | 'paidAt'>,
  amount: number,
  db: StoreDb,
): Promise<string> {
  const { payments } = db as unknown as LooseDb
  const payment = await payments!.create({
    subject: id,
    activeSubject: id,
    payer: customer,
    amount: { amount, currency: 'EUR' },
    status: 'captured',
    capturedAmount: amount,
    refundableAmount: amount,
    capturedAt: paidAt,
  })
  return payment.id
}
