import { asSystem, type RecordOf } from 'galley'
import { hook, type StoreDb } from '../collections.ts'
import { storeErrors } from '../errors.ts'
import type { orders } from '../orders/orders.ts'

/**
 * Forgets a customer whose record is deleted, by themselves (`DELETE /api/auth/account`) or by a manager.
 *
 * Addresses, carts, wishes and reviews go with the record. Orders stay, for the books, and lose who it was. Invoices keep the name and
 * address that are printed on them, because bookkeeping has to show them for years.
 */
export const forgetCustomer = hook('customers', 'beforeDelete', async ({ record: { id }, db }) => {
  const store = asSystem(db)
  await refuseOpenOrders(id, store)
  await forgetOrders(id, store)
  await forgetCoupons(id, store)
  await forgetGuestCarts(id, store)
})

// Whoever waits for a parcel or for money has to be reached.
async function refuseOpenOrders(customer: string, store: StoreDb): Promise<void> {
  const count = await store.orders.count({ customer, status: { in: ['placed', 'paid', 'partiallyShipped'] } })
  if (count > 0) throw storeErrors.orders_open({ details: { count } })
}

async function forgetOrders(customer: string, store: StoreDb): Promise<void> {
  for (;;) {
    const { data } = await store.orders.find({ where: { customer }, limit: 100 })
    if (data.length === 0) return
    for (const order of data) await store.orders.update(order.id, nameless(order))
  }
}

/** What is left of where it went decides which taxes were due. */
function nameless({ shippingAddress: { country, region } }: RecordOf<typeof orders>) {
  const shippingAddress = {
    name: '–',
    line1: '–',
    postalCode: '–',
    city: '–',
    country,
    ...(region != null && { region }),
  }
  return {
    customer: null,
    email: 'forgotten@example.invalid',
    shippingAddress,
    billingAddress: null,
    lookupTokenHash: null,
  }
}

async function forgetCoupons(customer: string, store: StoreDb): Promise<void> {
  for (;;) {
    const { data } = await store['coupon-uses'].find({ where: { customer }, limit: 100 })
    if (data.length === 0) return
    for (const { id } of data) await store['coupon-uses'].update(id, { customer: null, email: null })
  }
}

/** What they had collected before they signed in, and is the guest's. */
async function forgetGuestCarts(customer: string, store: StoreDb): Promise<void> {
  const where = { 'mergedInto.customer': customer, email: { null: false } } as const
  for (;;) {
    const { data } = await store.carts.find({ where, limit: 100 })
    if (data.length === 0) return
    for (const { id } of data) await store.carts.update(id, { email: null })
  }
}
