import { idOf } from './data.ts'
import type { Request } from './load.ts'

export const readOne: Request = { path: `/api/products/${idOf.product(4321)}` }

export const readList: Request = { path: '/api/products?filter[price][gte]=50000&sort=price&expand=category&limit=20' }

export const readOwn = (key: string): Request => ({
  path: '/api/orders?sort=-total&limit=20',
  headers: { authorization: `Bearer ${key}` },
})

export const newProduct = { name: 'New', description: 'x'.repeat(150), price: 1, category: idOf.category(0) }

export const createRequest: Request = { method: 'POST', path: '/api/products', body: JSON.stringify(newProduct) }
