import type { TestApp } from 'galley/testing'

export interface Ids {
  readonly categories: readonly string[]
  readonly products: readonly string[]
}

const words =
  'amber basil cedar delta ember fennel ginger hazel indigo juniper kumquat laurel maple nutmeg olive pepper'.split(' ')

/** Fills 50 categories and `count` products with 150-character descriptions; the same every time but for the ids. */
export async function fill(app: Pick<TestApp, 'open'>, count: number): Promise<Ids> {
  const { database, operations } = app.open
  const context = {
    actor: { kind: 'system', id: null, roles: [] } as const,
    now: new Date().toISOString(),
    requestId: 'fill',
  }
  const create = async (collection: string, rows: readonly object[]) => {
    const ids: string[] = []
    for (let first = 0; first < rows.length; first += 1000) {
      await database.transaction(
        async (tx) => {
          for (const row of rows.slice(first, first + 1000))
            ids.push((await operations.create({ ...context, tx }, collection, row)).id)
        },
        { timeoutMs: 60_000 },
      )
    }
    return ids
  }
  const categories = await create(
    'categories',
    Array.from({ length: 50 }, (_, index) => ({ name: `Category ${index}` })),
  )
  const products = await create(
    'products',
    Array.from({ length: count }, (_, index) => ({
      name: `Product ${index}`,
      description: sentence(index),
      price: (index * 7919) % 100_000,
      category: categories[index % categories.length],
    })),
  )
  return { categories, products }
}

function sentence(seed: number): string {
  let text = ''
  for (let index = seed; text.length < 150; index += 3) text += `${words[index % words.length]} `
  return text.slice(0, 150)
}
