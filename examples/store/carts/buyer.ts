import type { StoreDb } from '../collections.ts'

/** Who buys, as coupons count them. */
export interface Buyer {
  readonly customer: string | null
  /** In lower case. */
  readonly email: string | null
}

interface Cart {
  readonly customer: string | null
  readonly email: string | null
}

/** Who buys, and the group whose prices they have: null for guests and for customers of no group. */
export async function buyerOf(
  { customer, email }: Cart,
  store: StoreDb,
): Promise<{ readonly buyer: Buyer; readonly group: string | null }> {
  const account = customer === null ? undefined : await store.customers.findOne(customer)
  // A customer is known by the address of the account, whatever the cart says: who buys as a guest under it is the same person.
  const address = account?.email ?? email
  return { buyer: { customer, email: address?.toLowerCase() ?? null }, group: account?.group ?? null }
}
