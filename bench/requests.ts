import { idOf } from './data.ts'
import type { Request } from './load.ts'

export const readOne: Request = { path: `/api/products/${idOf.product(4321)}` }

export const readList: Request = { path: '/api/products?filter[price][gte]=50000&sort=price&expand=category&limit=20' }

export const readOwn = (key: string): Request => ({
  path: '/api/orders?sort=-total&limit=20',
  headers: { authorization: `Bearer ${key}` },
})

/** A page of the collection that is kept in memory. */
export const readCached: Request = { path: '/api/categories?sort=name&limit=20' }

export const readOfCategory: Request = {
  path: `/api/products?filter[category]=${idOf.category(7)}&sort=price&limit=20`,
}

const manyOf = '/api/products?filter[price][gte]=50000&sort=price&limit=20'
export const readWithoutTotal: Request = { path: manyOf }
export const readTotal: Request = { path: `${manyOf}&count=exact` }
export const countAlone: Request = { path: '/api/products/aggregate?filter[price][gte]=50000&count' }

export const walked: Request = { path: '/api/products?sort=price&limit=20' }

const newProduct = { name: 'New', description: 'x'.repeat(150), price: 1, category: idOf.category(0) }

export const createRequest: Request = { method: 'POST', path: '/api/products', body: JSON.stringify(newProduct) }

const noteBody = JSON.stringify({ name: 'New', category: idOf.category(0) })
export const noteOne: Request = { method: 'POST', path: '/api/products/note', body: noteBody }
export const noteAndTell: Request = { method: 'POST', path: '/api/products/note-and-tell', body: noteBody }

export const batchSize = 100

const oneOfBatch = { operation: 'create', collection: 'products', data: newProduct }
export const createMany: Request = {
  method: 'POST',
  path: '/api/batch',
  body: JSON.stringify({ operations: Array(batchSize).fill(oneOfBatch) }),
}
