import { createHash } from 'node:crypto'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { db } from './database.ts'
import { pageOf } from './page.ts'
import { errorSchema, orderSchema, pageSchema } from './schemas.ts'

declare module 'fastify' {
  interface FastifyRequest {
    customer: string
  }
}

/** Whom the API key of a request acts for. */
async function customerOf(request: FastifyRequest): Promise<string | undefined> {
  const secret = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
  const key = await db
    .selectFrom('api_keys')
    .select(['actor_id', 'expires_at', 'revoked_at'])
    .where('hash', '=', createHash('sha256').update(secret).digest('hex'))
    .executeTakeFirst()
  if (key === undefined || key.actor_id === null || key.revoked_at !== null) return undefined
  return key.expires_at === null || new Date(key.expires_at) > new Date() ? key.actor_id : undefined
}

const listQuerySchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    sort: { enum: ['total', '-total'], default: 'total' },
    limit: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
  },
}

export const orderRoutes: FastifyPluginAsync = async (app) => {
  app.decorateRequest('customer', '')
  app.addHook('onRequest', async (request, reply) => {
    const customer = await customerOf(request)
    if (customer === undefined) return reply.code(401).send({ error: 'The API key is not valid.' })
    request.customer = customer
  })

  app.get<{ Querystring: { sort: 'total' | '-total'; limit: number } }>(
    '/',
    { schema: { querystring: listQuerySchema, response: { 200: pageSchema(orderSchema), 401: errorSchema } } },
    async ({ query: { sort, limit }, customer }) => {
      const direction = sort.startsWith('-') ? 'desc' : 'asc'
      const rows = await db
        .selectFrom('orders')
        .select([
          'id',
          'created_at as createdAt',
          'updated_at as updatedAt',
          'version',
          'title',
          'total',
          'owner_id as owner',
        ])
        .where('owner_id', '=', customer)
        .orderBy('total', direction)
        .orderBy('id', direction)
        .limit(limit + 1)
        .execute()
      return pageOf(rows, limit, 'total')
    },
  )
}
