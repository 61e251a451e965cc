import {
  action,
  boolean,
  collection,
  defineApp,
  eq,
  everyone,
  hook,
  instant,
  integer,
  lte,
  many,
  manyToMany,
  now,
  or,
  reference,
  role,
  signedIn,
  text,
} from '../../packages/server/src/index.ts'

const optional = { optional: true } as const
const staff = role('staff')
const cache = { maxAge: '1h' } as const
const open = { create: signedIn(), update: signedIn(), delete: signedIn() }

const shelves = collection('shelves', {
  fields: {
    name: text({ max: 20 }),
    isSecret: boolean({ default: false }),
    above: reference('shelves', { ...optional, onDelete: 'setNull' }),
    books: many('books'),
  },
  rules: { ...open, read: ({ row }) => or(eq(row.isSecret, false), staff) },
  cache,
})
const books = collection('books', {
  fields: {
    title: text({ search: true }),
    stock: integer({ default: 0, min: 0 }),
    cost: integer({ ...optional, read: staff }),
    hint: text({ ...optional, read: ({ row, actor }) => eq(row.owner, actor.id) }),
    owner: text({ default: ({ actor }) => actor.id ?? 'nobody' }),
    shelf: reference('shelves', { onDelete: 'cascade' }),
    tags: manyToMany('tags'),
    notes: many('notes'),
  },
  rules: { ...open, read: ({ row }) => or(eq(row.shelf.isSecret, false), staff) },
  cache,
})
const notes = collection('notes', {
  fields: {
    book: reference('books', { onDelete: 'cascade' }),
    tag: reference('tags', { ...optional, onDelete: 'setNull' }),
    words: text(),
    owner: text({ default: ({ actor }) => actor.id ?? 'nobody' }),
  },
  rules: { ...open, read: ({ row, actor }) => or(eq(row.owner, actor.id), staff) },
  cache,
})
const tags = collection('tags', {
  fields: { label: text({ max: 20, unique: true }), books: manyToMany('books', { by: 'tags' }), notes: many('notes') },
  rules: { ...open, read: everyone() },
  cache,
})
/** Everything but the choice to keep answers. */
const pens = collection('pens', { fields: { colour: text() }, rules: { ...open, read: everyone() } })
const offers = collection('offers', {
  fields: { name: text(), from: instant() },
  rules: { ...open, read: ({ row }) => lte(row.from, now()) },
  cache,
})

/** Reads, changes a row, and gives what it read after the change. */
const rename = action('tags', 'rename', {
  input: { label: text() },
  output: { read: text() },
  allow: signedIn(),
  async run({ record, input, db }) {
    const { id } = record as { id: string }
    const tagsNow = (db as any).tags // any: the collections are not typed here
    await tagsNow.update(id, { label: input.label })
    return { read: (await tagsNow.get(id)).label }
  },
})

export const keptLibrary = defineApp({
  name: 'library',
  collections: [shelves, books, notes, tags, pens, offers],
  actions: [rename],
  // A book that is made puts a mark on its shelf.
  hooks: [
    hook('books', 'afterCreate', async ({ record, db }) => {
      if (record.title === 'moves its shelf') await db.shelves.update(record.shelf, { name: 'moved' })
    }),
  ],
  roles: { staff: {} },
})

/** The same, with nothing kept. */
export const plainLibrary = defineApp({
  ...keptLibrary,
  collections: keptLibrary.collections.map((declared) => ({ ...declared, cache: undefined })),
})
