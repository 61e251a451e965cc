import type { StoreDb } from '../collections.ts'
import { seedCatalogue } from './catalogue.ts'
import { customerSeeds } from './customers.ts'
import { orderSeeds, postalAddress } from './orders.ts'
import { seedOrders } from './past-orders.ts'
import { seedPrices } from './prices.ts'
import { productSeeds } from './products/index.ts'
import { type ReviewSeed, reviewSeeds } from './reviews.ts'
import { idOfSlug, seedId } from './seed-id.ts'
import { staffSeeds } from './staff.ts'
import { seedLocations, seedStock } from './stock.ts'
import { seedTrade } from './trade.ts'

/** Fills an empty shop with its demo data. Galley calls it once, as the system and in one transaction. */
export async function seed(db: StoreDb): Promise<void> {
  await seedLocations(db)
  await seedCatalogue(db)
  await seedTrade(db)
  await seedStaff(db)
  await seedCustomers(db)
  await seedPrices(db)
  const orders = orderSeeds()
  await seedOrders(orders, db)
  await seedStock(orders, db)
  await seedReviews(reviewSeeds(orders), db)
  await seedCarts(db)
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
