import { asSystem, type RecordOf, reference, role, slug } from 'galley'
import { action, hook, type StoreDb } from '../collections.ts'
import { holdLock } from '../locks.ts'
import type { categories } from './categories.ts'
import { catalogueErrors } from './errors.ts'

type Category = RecordOf<typeof categories>

export const maxDepth = 8

// Both are called on the collection: a record of an action is locked from the beginning, and the tree has to be held before.

export const moveCategory = action('categories', 'move', {
  on: 'collection',
  description: 'Puts a category below another, or at the top (null). All that is below it follows.',
  input: { category: reference('categories'), parent: reference('categories', { optional: true }) },
  output: 'categories',
  allow: role('manager'),
  async run({ input: { category: id, parent }, db }) {
    const store = asSystem(db)
    await holdTree(store)
    const category = await store.categories.get(id)
    await placeAt({ parent, slug: category.slug }, category, store)
    return id
  },
})

export const changeSlug = action('categories', 'change-slug', {
  on: 'collection',
  description: 'Gives a category another slug, and so another path, as well as all that is below it.',
  input: { category: reference('categories'), slug: slug({ unique: false }) },
  output: 'categories',
  allow: role('manager'),
  async run({ input: { category: id, slug }, db }) {
    const store = asSystem(db)
    await holdTree(store)
    const category = await store.categories.get(id)
    await placeAt({ parent: category.parent, slug }, category, store)
    return id
  },
})

export const awaitTree = hook('categories', 'beforeCreate', ({ db }) => holdTree(asSystem(db)))

/** Its path begins with that of the category above. */
export const placeCategory = hook('categories', 'afterCreate', async ({ record, db }) => {
  const store = asSystem(db)
  await store.categories.update(record.id, { path: await pathBelow(record.parent, record.slug, store) })
})

/** Where it stands is changed by those actions alone, which give the path as well. */
export const keepPlace = hook('categories', 'beforeUpdate', ({ values, previous }) => {
  const { parent = previous.parent, slug = previous.slug, path = previous.path } = values
  if (path === previous.path && (parent !== previous.parent || slug !== previous.slug))
    throw catalogueErrors.category_place()
})

/** Makes whoever changes the tree wait for whoever changes it already. */
function holdTree(store: StoreDb): Promise<void> {
  return holdLock('categories', store)
}

interface Place {
  readonly parent: string | null
  readonly slug: string
}

async function placeAt({ parent, slug }: Place, category: Category, store: StoreDb): Promise<void> {
  const path = await pathBelow(parent, slug, store)
  if (path.startsWith(category.path) && path !== category.path)
    throw catalogueErrors.category_circle({ details: { name: category.name } })
  const below = await categoriesBelow(category, store)
  await store.categories.update(category.id, { parent, slug, path })
  await followTo(path, category.path, below, store)
}

async function pathBelow(parent: string | null, slug: string, store: StoreDb): Promise<string> {
  const above = parent === null ? undefined : await store.categories.findOne(parent)
  const path = `${above?.path ?? '/'}${slug}/`
  requireShallow(path)
  return path
}

function requireShallow(path: string): void {
  if (path.split('/').length - 2 > maxDepth) throw catalogueErrors.category_depth({ details: { max: maxDepth } })
}

async function categoriesBelow({ id, path }: Category, store: StoreDb): Promise<readonly Category[]> {
  const { data } = await store.categories.find({
    where: { path: { startsWith: path }, id: { ne: id } },
    sort: 'id',
    limit: 10_000,
  })
  return data
}

async function followTo(path: string, from: string, below: readonly Category[], store: StoreDb): Promise<void> {
  for (const category of below) {
    const followed = path + category.path.slice(from.length)
    requireShallow(followed)
    await store.categories.updateIf(category.id, {}, { path: followed })
  }
}
