import {
  action,
  asSystem,
  boolean,
  choice,
  collection,
  date,
  decimal,
  defineApp,
  defineErrors,
  eq,
  everyone,
  instant,
  integer,
  json,
  list,
  many,
  manyToMany,
  money,
  object,
  one,
  or,
  reference,
  role,
  signedIn,
  text,
} from 'galley'

/** A library: small, but with every kind of relation, rule and answer that the REST API knows. */

const authors = collection('authors', {
  fields: { name: text({ max: 100 }), country: reference('countries', { optional: true }), books: many('books') },
  rules: { read: everyone(), create: role('staff'), update: role('staff'), delete: role('staff') },
})

const countries = collection('countries', {
  fields: { name: text({ max: 50, unique: true }), authors: many('authors') },
  rules: { read: everyone(), create: role('staff') },
})

const books = collection('books', {
  description: 'What can be lent.',
  fields: {
    title: text({ min: 1, max: 200, search: true }),
    isbn: text({ max: 20, unique: true, optional: true }),
    pages: integer({ min: 1, default: 100 }),
    price: money({ currency: 'EUR', min: 0, optional: true }),
    weight: decimal({ precision: 6, scale: 3, optional: true }),
    published: date({ optional: true }),
    lentAt: instant({ optional: true }),
    isRare: boolean({ default: false }),
    languages: list(text({ max: 5 }), { default: [] }),
    size: object({ width: integer(), height: integer({ optional: true }) }, { optional: true }),
    notes: json({ optional: true }),
    shelf: choice(['fiction', 'science', 'travel'], { default: 'fiction' }),
    author: reference('authors'),
    reviews: many('reviews'),
    cover: one('covers'),
    tags: manyToMany('tags'),
    cost: integer({ optional: true, read: role('staff') }),
    secret: text({ optional: true, private: true }),
    signed: text({ optional: true, immutable: true }),
  },
  rules: { read: everyone(), create: role('staff'), update: role('staff'), delete: role('staff') },
})

const covers = collection('covers', {
  fields: { book: reference('books', { unique: true, onDelete: 'cascade' }), color: text({ max: 20 }) },
  rules: { read: everyone(), create: role('staff') },
})

const tags = collection('tags', {
  fields: { name: text({ max: 30 }), books: manyToMany('books', { by: 'tags' }) },
  rules: { read: everyone(), create: role('staff') },
})

const reviews = collection('reviews', {
  fields: {
    book: reference('books', { onDelete: 'cascade' }),
    rating: integer({ min: 1, max: 5 }),
    writer: text({ max: 100, default: ({ actor }) => actor.id ?? '' }),
    isPublic: boolean({ default: true }),
  },
  rules: {
    read: ({ row, actor }) => or(eq(row.isPublic, true), eq(row.writer, actor.id), role('staff')),
    create: signedIn(),
    update: ({ row, actor }) => eq(row.writer, actor.id),
    delete: ({ row, actor }) => eq(row.writer, actor.id),
  },
})

/** Anyone may put something in, only staff look inside. */
const suggestions = collection('suggestions', {
  fields: { text: text({ max: 200 }) },
  rules: { read: role('staff'), create: everyone() },
})

const libraryErrors = defineErrors('library', {
  lent: { category: 'conflict', message: 'The book has been lent since {since}.' },
})

const lend = action('books', 'lend', {
  description: 'Lends a book.',
  output: 'books',
  allow: signedIn(),
  async run({ record, db, now }) {
    if (record.lentAt !== null) throw libraryErrors.lent({ details: { since: record.lentAt } })
    return asSystem(db).books!.update(record.id, { lentAt: now })
  },
})

const stamp = action('books', 'stamp', { allow: role('staff'), run: () => undefined })

const total = action('books', 'total', {
  on: 'collection',
  input: { factor: integer({ min: 1, max: 10, default: 2 }) },
  output: { total: integer() },
  allow: everyone(),
  run: async ({ input, db }) => ({ total: (await db.books!.count()) * input.factor }),
})

const fail = action('books', 'fail', {
  on: 'collection',
  allow: everyone(),
  run: () => {
    throw new Error('/etc/passwd could not be read')
  },
})

export const library = defineApp({
  name: 'Library <of> "tests"',
  description: 'Books & more.',
  collections: [authors, countries, books, covers, tags, reviews, suggestions],
  actions: [lend, stamp, total, fail],
  roles: { staff: {} },
})
