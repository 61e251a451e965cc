import { and, asSystem, eq, json, or, recentlyAuthenticated, role } from 'galley'
import { action, type StoreDb } from '../collections.ts'

/** What a customer has a right to: everything the shop knows about them. */
export const exportData = action('customers', 'export', {
  description:
    'All that the shop has about a customer, in one document. For customers who have signed in a moment ago.',
  output: { data: json() },
  allow: ({ row, actor }) => or(and(eq(row.id, actor.id), recentlyAuthenticated('10m')), role('manager')),
  timeoutMs: 60_000,
  async run({ record: { id }, db }) {
    const store = asSystem(db)
    return { data: { customer: await store.customers.get(id), ...(await belongings(id, store)) } }
  },
})

/** Without what only the server reads, and without who of the staff did something. */
async function belongings(customer: string, store: StoreDb) {
  const theirs = { where: { customer } }
  const ordered = { where: { 'order.customer': customer } }
  return {
    addresses: await allOf(store.addresses, theirs),
    wishlist: await allOf(store['wishlist-items'], theirs),
    carts: (await allOf(store.carts, theirs)).map(({ changes, ...cart }) => cart),
    cartItems: await allOf(store['cart-items'], { where: { 'cart.customer': customer } }),
    orders: (await allOf(store.orders, theirs)).map(({ lookupTokenHash, ...order }) => order),
    orderItems: await allOf(store['order-items'], ordered),
    events: (await allOf(store['order-events'], ordered)).map(({ actor, ...event }) => event),
    shipments: await allOf(store.shipments, ordered),
    returns: await allOf(store.returns, ordered),
    refunds: await allOf(store.refunds, ordered),
    invoices: await allOf(store.invoices, ordered),
    couponUses: await allOf(store['coupon-uses'], theirs),
    reviews: await allOf(store.reviews, theirs),
  }
}

interface Found {
  readonly id: string
  readonly [field: string]: unknown
}

interface Pages {
  find(query: object): Promise<{ readonly data: readonly Found[] }>
}

async function allOf(collection: Pages, { where }: { readonly where: object }): Promise<readonly Found[]> {
  const found: Found[] = []
  for (;;) {
    const after = found.at(-1)?.id
    const { data } = await collection.find({
      where: { ...where, ...(after !== undefined && { id: { gt: after } }) },
      sort: 'id',
      limit: pageSize,
    })
    found.push(...data)
    if (data.length < pageSize) return found
  }
}

const pageSize = 1_000
