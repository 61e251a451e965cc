import { collection, defineApp, eq, everyone, integer, many, reference, slug, text } from 'galley'

/** What is measured: a catalogue as a shop has it, readable by everyone, and orders that only who made them may read. */
const categories = collection('categories', {
  fields: { name: text({ max: 100 }), slug: slug({ from: 'name' }), products: many('products', { by: 'category' }) },
  rules: { read: everyone(), create: everyone() },
  cache: { maxAge: '1h' },
})

const products = collection('products', {
  fields: {
    name: text({ max: 200 }),
    description: text({ max: 1000 }),
    price: integer({ min: 0 }),
    category: reference('categories'),
  },
  rules: { read: everyone(), create: everyone() },
  indexes: [['category', 'price'], ['price']],
})

const customers = collection('customers', { fields: { name: text({ max: 100 }) } })

const orders = collection('orders', {
  fields: { title: text({ max: 200 }), total: integer({ min: 0 }), owner: reference('customers') },
  rules: { read: ({ row, actor }) => eq(row.owner, actor.id) },
  indexes: [['owner', 'total']],
})

export default defineApp({
  name: 'bench',
  collections: [categories, products, customers, orders],
  // Counting goes on as everywhere, and the headers that tell of it; one client must only never be refused.
  settings: { rateLimit: { max: 1_000_000_000, windowSeconds: 86_400 } },
})
