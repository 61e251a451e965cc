import { randomUUIDv7 } from 'node:crypto'
import type { FastifyPluginAsync } from 'fastify'
import { db, now } from './database.ts'
import { pageOf } from './page.ts'
import { errorSchema, listedProductSchema, newProductSchema, pageSchema, productSchema } from './schemas.ts'

const productColumns = [
  'products.id',
  'products.created_at as createdAt',
  'products.updated_at as updatedAt',
  'products.version',
  'products.name',
  'products.description',
  'products.price',
  'products.category_id as category',
] as const

const categoryColumns = [
  'categories.created_at as categoryCreatedAt',
  'categories.updated_at as categoryUpdatedAt',
  'categories.version as categoryVersion',
  'categories.name as categoryName',
  'categories.slug as categorySlug',
] as const

interface ListQuery {
  'filter[price][gte]'?: number
  'filter[price][lte]'?: number
  'filter[category][eq]'?: string
  sort: 'price' | '-price' | 'name' | '-name'
  expand?: 'category'
  limit: number
}

const listQuerySchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    'filter[price][gte]': { type: 'integer', minimum: 0 },
    'filter[price][lte]': { type: 'integer', minimum: 0 },
    'filter[category][eq]': { type: 'string', format: 'uuid' },
    sort: { enum: ['price', '-price', 'name', '-name'], default: 'price' },
    expand: { const: 'category' },
    limit: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
  },
}

const idSchema = { type: 'object', properties: { id: { type: 'string', format: 'uuid' } } }

export const productRoutes: FastifyPluginAsync = async (app) => {
  app.get<{ Params: { id: string } }>(
    '/:id',
    { schema: { params: idSchema, response: { 200: productSchema, 404: errorSchema } } },
    async (request, reply) => {
      const { id } = request.params
      const product = await db.selectFrom('products').select(productColumns).where('id', '=', id).executeTakeFirst()
      return product ?? reply.code(404).send({ error: 'There is no such product.' })
    },
  )

  app.get<{ Querystring: ListQuery }>(
    '/',
    { schema: { querystring: listQuerySchema, response: { 200: pageSchema(listedProductSchema) } } },
    async ({ query }) => {
      const name = query.sort.replace('-', '') as 'price' | 'name'
      const rows = query.expand === undefined ? await find(query, name) : await findWithCategory(query, name)
      return pageOf(rows, query.limit, name)
    },
  )

  app.post<{ Body: { name: string; description: string; price: number; category: string } }>(
    '/',
    { schema: { body: newProductSchema, response: { 201: productSchema } } },
    async (request, reply) => {
      const { category, ...values } = request.body
      const at = now()
      const product = await db
        .insertInto('products')
        .values({ id: randomUUIDv7(), created_at: at, updated_at: at, version: 1, category_id: category, ...values })
        .returning(productColumns)
        .executeTakeFirstOrThrow()
      return reply.code(201).header('location', `/api/products/${product.id}`).send(product)
    },
  )
}

function matching(query: ListQuery, name: 'price' | 'name') {
  const direction = query.sort.startsWith('-') ? 'desc' : 'asc'
  let found = db.selectFrom('products')
  if (query['filter[price][gte]'] !== undefined) found = found.where('price', '>=', query['filter[price][gte]'])
  if (query['filter[price][lte]'] !== undefined) found = found.where('price', '<=', query['filter[price][lte]'])
  if (query['filter[category][eq]'] !== undefined)
    found = found.where('category_id', '=', query['filter[category][eq]'])
  return found
    .orderBy(`products.${name}`, direction)
    .orderBy('products.id', direction)
    .limit(query.limit + 1)
}

function find(query: ListQuery, name: 'price' | 'name') {
  return matching(query, name).select(productColumns).execute()
}

async function findWithCategory(query: ListQuery, name: 'price' | 'name') {
  const rows = await matching(query, name)
    .innerJoin('categories', 'categories.id', 'products.category_id')
    .select([...productColumns, ...categoryColumns])
    .execute()
  return rows.map(
    ({ category, categoryCreatedAt, categoryUpdatedAt, categoryVersion, categoryName, categorySlug, ...rest }) => ({
      ...rest,
      category: {
        id: category,
        createdAt: categoryCreatedAt,
        updatedAt: categoryUpdatedAt,
        version: categoryVersion,
        name: categoryName,
        slug: categorySlug,
      },
    }),
  )
}
