import { collection, defineApp, everyone, integer, many, reference, slug, text } from 'galley'

/** What is measured: a catalogue as a shop has it, readable by everyone. */
const categories = collection('categories', {
  fields: { name: text({ max: 100 }), slug: slug({ from: 'name' }), products: many('products', { by: 'category' }) },
  rules: { read: everyone(), create: everyone() },
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

export default defineApp({ name: 'bench', collections: [categories, products], settings: { rateLimit: false } })
