import type { TestApp } from 'galley/testing'
import { created, type Someone } from './over-http.ts'

/** Somebody who may do everything in the shop. */
export function administrator(app: TestApp): Someone {
  return app.as({ id: '01954f00-b000-7000-8000-00000000ffff', roles: ['admin'] })
}

let count = 0

export interface Goods {
  readonly name?: string
  /** Cents. */
  readonly price: number
  readonly category?: string
}

/** A product on sale. Its only variant has the same id. */
export async function newProduct(
  staff: Someone,
  { name = `Thing ${++count}`, price, category }: Goods,
): Promise<string> {
  return created(staff, '/api/products', {
    name,
    description: 'For tests.',
    status: 'active',
    category: category ?? (await newCategory(staff)),
    price: { amount: price },
  })
}

export function newCategory(staff: Someone, parent?: string, name = `Shelf ${++count}`): Promise<string> {
  return created(staff, '/api/categories', { name, ...(parent !== undefined && { parent }) })
}

export async function newCustomer(app: TestApp, staff: Someone): Promise<Someone & { readonly id: string }> {
  const number = ++count
  const id = await created(staff, '/api/customers', { name: `Guest ${number}`, email: `guest${number}@example.com` })
  return { ...app.as({ id, roles: [] }), id }
}
