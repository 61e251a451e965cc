/** The rows that are measured: the same on every database and in every run, ids included. */
export interface Table {
  readonly name: string
  readonly columns: readonly Column[]
  readonly count: (products: number) => number
  row(index: number): readonly (string | number)[]
}

export interface Column {
  readonly name: string
  readonly type: 'uuid' | 'timestamptz' | 'bigint' | 'text'
}

const categoryCount = 50
const customerCount = 200
const ordersOfOne = 50

export const idOf = {
  category: (index: number) => id(1, index),
  product: (index: number) => id(2, index),
  customer: (index: number) => id(3, index),
  order: (index: number) => id(4, index),
}

/** Whose orders are read. */
export const customer = idOf.customer(7)

export const tables: readonly Table[] = [
  {
    name: 'categories',
    columns: columns({ name: 'text', slug: 'text' }),
    count: () => categoryCount,
    row: (index) => [idOf.category(index), ...born(index), `Category ${index}`, `category-${index}`],
  },
  {
    name: 'products',
    columns: columns({ name: 'text', description: 'text', price: 'bigint', category_id: 'uuid' }),
    count: (products) => products,
    row: (index) => [
      idOf.product(index),
      ...born(index),
      `Product ${index}`,
      sentence(index),
      (index * 7919) % 100_000,
      idOf.category(index % categoryCount),
    ],
  },
  {
    name: 'customers',
    columns: columns({ name: 'text' }),
    count: () => customerCount,
    row: (index) => [idOf.customer(index), ...born(index), `Customer ${index}`],
  },
  {
    name: 'orders',
    columns: columns({ title: 'text', total: 'bigint', owner_id: 'uuid' }),
    count: () => customerCount * ordersOfOne,
    row: (index) => [
      idOf.order(index),
      ...born(index),
      `Order ${index}: ${sentence(index).slice(0, 60)}`,
      (index * 7919) % 100_000,
      idOf.customer(index % customerCount),
    ],
  },
]

function columns(own: Readonly<Record<string, Column['type']>>): readonly Column[] {
  const all = { id: 'uuid', created_at: 'timestamptz', updated_at: 'timestamptz', version: 'bigint', ...own } as const
  return Object.entries(all).map(([name, type]) => ({ name, type }))
}

/** A UUIDv7 of its kind and number. */
function id(kind: number, index: number): string {
  return `0198000${kind}-0000-7000-8000-${index.toString(16).padStart(12, '0')}`
}

function born(index: number): readonly [string, string, number] {
  const at = new Date(Date.UTC(2026, 0, 1) + index).toISOString()
  return [at, at, 1]
}

const words =
  'amber basil cedar delta ember fennel ginger hazel indigo juniper kumquat laurel maple nutmeg olive pepper'.split(' ')

/** 150 characters. */
function sentence(seed: number): string {
  let text = ''
  for (let index = seed; text.length < 150; index += 3) text += `${words[index % words.length]} `
  return text.slice(0, 150)
}
