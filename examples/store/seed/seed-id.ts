const kinds = {
  tags: 1,
  categories: 2,
  products: 3,
  customers: 4,
  addresses: 5,
  carts: 6,
  'cart-items': 7,
  orders: 8,
  'order-items': 9,
  reviews: 10,
  staff: 11,
  locations: 12,
  'tax-regions': 20,
  'tax-rates': 21,
  'shipping-zones': 22,
  'shipping-methods': 23,
  'shipping-rates': 24,
  coupons: 25,
  variants: 30,
  'customer-groups': 31,
  'price-lists': 32,
  prices: 33,
} as const

export type SeedKind = keyof typeof kinds

/** When the demo shop opened, and the day its story is told. No clock is asked, so every start tells the same one. */
export const openedAtMs = Date.UTC(2025, 2, 1)
export const toldAtMs = Date.UTC(2026, 2, 1)

/** Makes the id of the nth record of a kind: a UUIDv7 in shape and order, the same at every start. */
export function seedId(kind: SeedKind, index: number, atMs: number = openedAtMs): string {
  const time = atMs.toString(16).padStart(12, '0')
  const version = (0x7000 | kinds[kind]).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}-8000-${index.toString(16).padStart(12, '0')}`
}

/** The id of the record that was made of the seed with this slug. */
export function idOfSlug(kind: SeedKind, seeds: readonly { readonly slug: string }[], slug: string): string {
  return seedId(
    kind,
    seeds.findIndex((seed) => seed.slug === slug),
  )
}
