import { randomUUIDv7 } from 'node:crypto'
import { and, asc, desc, eq, gte, lte, type SQL, sql } from 'drizzle-orm'
import { Router } from 'express'
import { z } from 'zod'
import { categories, db, now, products } from './database.ts'
import { pageOf } from './page.ts'

export const productRoutes = Router()

const findOne = db
  .select()
  .from(products)
  .where(eq(products.id, sql.placeholder('id')))
  .prepare('product')

productRoutes.get('/:id', async (request, response) => {
  const id = z.uuid().parse(request.params.id)
  const [product] = await findOne.execute({ id })
  if (product === undefined) return response.status(404).json({ error: 'There is no such product.' })
  return response.json(product)
})

const amount = z.coerce.number().int().min(0)
const listQuery = z.strictObject({
  filter: z
    .strictObject({
      price: z.strictObject({ gte: amount.optional(), lte: amount.optional() }).optional(),
      category: z.strictObject({ eq: z.uuid() }).optional(),
    })
    .default({}),
  sort: z.enum(['price', '-price', 'name', '-name']).default('price'),
  expand: z.literal('category').optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
})

productRoutes.get('/', async (request, response) => {
  const { filter, sort, expand, limit } = listQuery.parse(request.query)
  const conditions: (SQL | undefined)[] = [
    filter.price?.gte === undefined ? undefined : gte(products.price, filter.price.gte),
    filter.price?.lte === undefined ? undefined : lte(products.price, filter.price.lte),
    filter.category === undefined ? undefined : eq(products.category, filter.category.eq),
  ]
  const name = sort.replace('-', '') as 'price' | 'name'
  const direction = sort.startsWith('-') ? desc : asc
  const order = [direction(products[name]), direction(products.id)]

  if (expand === undefined) {
    const rows = await db
      .select()
      .from(products)
      .where(and(...conditions))
      .orderBy(...order)
      .limit(limit + 1)
    return response.json(pageOf(rows, limit, name))
  }
  const rows = await db
    .select()
    .from(products)
    .innerJoin(categories, eq(categories.id, products.category))
    .where(and(...conditions))
    .orderBy(...order)
    .limit(limit + 1)
  const expanded = rows.map((row) => ({ ...row.products, category: row.categories }))
  return response.json(pageOf(expanded, limit, name))
})

const newProduct = z.strictObject({
  name: z.string().max(200),
  description: z.string().max(1000),
  price: z.number().int().min(0),
  category: z.uuid(),
})

productRoutes.post('/', async (request, response) => {
  const values = newProduct.parse(request.body)
  const at = now()
  const [product] = await db
    .insert(products)
    .values({ id: randomUUIDv7(), createdAt: at, updatedAt: at, version: 1, ...values })
    .returning()
  return response.status(201).location(`/api/products/${product!.id}`).json(product)
})
