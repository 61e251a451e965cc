import type { StoreDb } from '../collections.ts'
import { categorySeeds } from './categories.ts'
import { customerSeeds } from './customers.ts'
import { orderSeeds, postalAddress } from './orders.ts'
import { seedOrders } from './past-orders.ts'
import { productSeeds, taxCategoryOf } from './products/index.ts'
import { type ReviewSeed, reviewSeeds } from './reviews.ts'
import { type SeedKind, seedId } from './seed-id.ts'
import { staffSeeds } from './staff.ts'
import { seedLocations, seedStock } from './stock.ts'
import { tagSeeds } from './tags.ts'
import { seedTrade } from './trade.ts'

/** Fills an empty shop with its demo data. Galley calls it once, as the system and in one transaction. */
export async function seed(db: StoreDb): Promise<void> {
  await seedLocations(db)
  await seedCatalogue(db)
  await seedTrade(db)
  await seedStaff(db)
  await seedCustomers(db)
  const orders = orderSeeds()
  await seedOrders(orders, db)
  await seedStock(orders, db)
  await seedReviews(reviewSeeds(orders), db)
  await seedCarts(db)
}

async function seedCatalogue(db: StoreDb): Promise<void> {
  for (const [index, tag] of tagSeeds.entries()) await db.tags.create({ id: seedId('tags', index), ...tag })
  for (const [index, { parent, ...category }] of categorySeeds.entries()) {
    await db.categories.create({
      id: seedId('categories', index),
      ...category,
      parent: parent === undefined ? null : idOfSlug('categories', categorySeeds, parent),
    })
  }
  for (const index of productSeeds.keys()) await seedProduct(index, db)
}

async function seedProduct(index: number, db: StoreDb): Promise<void> {
  const { slug, price, costPrice, stock: _, category, tags, status = 'active', ...words } = productSeeds[index]!
  const id = seedId('products', index)
  await db.products.create({
    id,
    slug,
    ...words,
    status,
    price: { amount: price },
    taxCategory: taxCategoryOf(productSeeds[index]!),
    category: idOfSlug('categories', categorySeeds, category),
    tags: tags.map((tag) => idOfSlug('tags', tagSeeds, tag)),
  })
  await db.variants.update(id, { sku: slug, costPrice: { amount: costPrice } })
}

function idOfSlug(kind: SeedKind, seeds: readonly { readonly slug: string }[], slug: string): string {
  return seedId(
    kind,
    seeds.findIndex((seed) => seed.slug === slug),
  )
}

/** Nobody in the demo data has a password: whoever wants to be one of them asks for a new one, and finds the link in /dev/mail. */
async function seedStaff(db: StoreDb): Promise<void> {
  for (const [index, [name, mailbox]] of staffSeeds.entries())
    await db.staff.create({ id: seedId('staff', index), name, email: `${mailbox}@harbour.example` })
}

async function seedCustomers(db: StoreDb): Promise<void> {
  for (const [index, [name, mailbox]] of customerSeeds.entries()) {
    const customer = seedId('customers', index)
    await db.customers.create({ id: customer, name, email: `${mailbox}@example.com` })
    await db.addresses.create({ id: seedId('addresses', index), customer, postal: postalAddress(index) })
  }
}

async function seedReviews(reviews: readonly ReviewSeed[], db: StoreDb): Promise<void> {
  for (const review of reviews) await db.reviews.create(review)
}

const openCarts = [
  { customer: 3, items: { 'iron-bell': 2, 'thimble-cups': 1 } },
  { customer: 8, items: { 'night-harbour': 1, 'heather-honey': 2, 'one-mug-pot': 1 } },
  { customer: 21, items: { 'copper-saucepan': 1 } },
  { customer: 40, items: { 'dawn-watch': 3, 'linen-filters': 1, 'ships-biscuits': 4 } },
] as const

async function seedCarts(db: StoreDb): Promise<void> {
  let itemCount = 0
  for (const [index, { customer, items }] of openCarts.entries()) {
    const cart = seedId('carts', index)
    await db.carts.create({ id: cart, customer: seedId('customers', customer) })
    for (const [slug, quantity] of Object.entries(items)) {
      const variant = idOfSlug('products', productSeeds, slug)
      await db['cart-items'].create({ id: seedId('cart-items', itemCount), cart, variant, quantity })
      itemCount += 1
    }
  }
}
