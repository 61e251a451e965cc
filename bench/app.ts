import { argon2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import {
  collection,
  declareFor,
  defineApp,
  eq,
  everyone,
  integer,
  job,
  list,
  many,
  object,
  reference,
  slug,
  text,
} from 'galley'

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

const { action } = declareFor([categories, products, customers, orders])

/** What signing in costs: a password is hashed as OWASP advises (19 MiB, two passes). */
const hashPassword = action('products', 'hash', {
  on: 'collection',
  input: { password: text({ max: 100 }) },
  output: { hash: text() },
  allow: everyone(),
  async run({ input }) {
    const parameters = {
      message: input.password,
      nonce: randomBytes(16),
      parallelism: 1,
      tagLength: 32,
      memory: 19_456,
      passes: 2,
    }
    return { hash: (await promisify(argon2)('argon2id', parameters)).toString('hex') }
  },
})

/** Takes a body of some megabytes. */
const takeMany = action('products', 'take', {
  on: 'collection',
  input: { rows: list(object({ name: text({ max: 1000 }), price: integer() }), { max: 10_000 }) },
  output: { count: integer() },
  allow: everyone(),
  run: async ({ input }) => ({ count: input.rows.length }),
})

const tellOfNote = job('notes.tell', { input: { product: text() }, run: () => {} })

const note = { name: text({ max: 200 }), category: text() }
const noteOutput = { product: text() }
const newProduct = (input: { name: string; category: string }) => ({ ...input, description: 'noted', price: 1 })

/** Writes one record. */
const noteOne = action('products', 'note', {
  on: 'collection',
  input: note,
  output: noteOutput,
  allow: everyone(),
  async run({ input, db }) {
    const { id } = await db.products.create(newProduct(input))
    return { product: id }
  },
})

/** Writes one record, and adds a job with it. */
const noteAndTell = action('products', 'note-and-tell', {
  on: 'collection',
  input: note,
  output: noteOutput,
  allow: everyone(),
  async run({ input, db, jobs }) {
    const { id } = await db.products.create(newProduct(input))
    await jobs.add(tellOfNote, { product: id })
    return { product: id }
  },
})

export default defineApp({
  name: 'bench',
  collections: [categories, products, customers, orders],
  actions: [hashPassword, takeMany, noteOne, noteAndTell],
  jobs: [tellOfNote],
  settings: {
    // Counting goes on as everywhere, and the headers that tell of it; one client must only never be refused.
    rateLimit: { max: 1_000_000_000, windowSeconds: 86_400 },
    limits: { bodyBytes: 8_000_000 },
  },
})
