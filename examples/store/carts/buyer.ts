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

/** A customer is known by the address of the account, whatever the cart says: who buys as a guest under it is the same person. */
export async function buyerOf({ customer, email }: Cart, store: StoreDb): Promise<Buyer> {
  const account = customer === null ? undefined : await store.customers.findOne(customer)
  const address = account?.email ?? email
  return { customer, email: address?.toLowerCase() ?? null }
}
