import { createHash } from 'node:crypto'
import { asc, desc, eq, sql } from 'drizzle-orm'
import { type RequestHandler, Router } from 'express'
import { z } from 'zod'
import { apiKeys, db, orders } from './database.ts'
import { pageOf } from './page.ts'

const findKey = db
  .select()
  .from(apiKeys)
  .where(eq(apiKeys.hash, sql.placeholder('hash')))
  .prepare('key')

/** Lets only those in who send an API key. */
const requireKey: RequestHandler = async (request, response, next) => {
  const secret = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
  const [key] = await findKey.execute({ hash: createHash('sha256').update(secret).digest('hex') })
  const isGood =
    key?.actorId && key.revokedAt === null && (key.expiresAt === null || new Date(key.expiresAt) > new Date())
  if (!isGood) return void response.status(401).json({ error: 'The API key is not valid.' })
  response.locals.customer = key.actorId
  next()
}

const listQuery = z.strictObject({
  sort: z.enum(['total', '-total']).default('total'),
  limit: z.coerce.number().int().min(1).max(100).default(20),
})

export const orderRoutes = Router().use(requireKey)

orderRoutes.get('/', async (request, response) => {
  const { sort, limit } = listQuery.parse(request.query)
  const direction = sort.startsWith('-') ? desc : asc
  const rows = await db
    .select()
    .from(orders)
    .where(eq(orders.owner, response.locals.customer))
    .orderBy(direction(orders.total), direction(orders.id))
    .limit(limit + 1)
  response.json(pageOf(rows, limit, 'total'))
})
