import type { StoreDb } from '../collections.ts'
import { orderValues } from '../orders/order-values.ts'
import { untaxed } from '../pricing/taxes.ts'
import { computeTotals } from '../pricing/totals.ts'

let count = 0

/** An order of the customer with nothing in it, for tests of what hangs on orders. */
export async function anOrder(store: StoreDb, customer: string): Promise<string> {
  const shippingAddress = { name: 'Ada', line1: 'Quay 1', postalCode: '1', city: 'Kiel', country: 'DE' } as const
  const { id } = await store.orders.create({
    ...orderValues(computeTotals({ currency: 'EUR', lines: [], taxes: untaxed })),
    number: `HH-TEST-${++count}`,
    customer,
    email: 'ada@example.com',
    shippingAddress,
    placedAt: '2026-05-01T12:00:00.000Z',
  })
  return id
}
