import { drizzle } from 'drizzle-orm/node-postgres'
import { bigint, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import pg from 'pg'

const whole = (name: string) => bigint(name, { mode: 'number' })
const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

const record = {
  id: uuid('id').primaryKey(),
  createdAt: instant('created_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
  version: whole('version').notNull(),
}

export const categories = pgTable('categories', {
  ...record,
  name: text('name').notNull(),
  slug: text('slug').notNull(),
})

export const products = pgTable('products', {
  ...record,
  name: text('name').notNull(),
  description: text('description').notNull(),
  price: whole('price').notNull(),
  category: uuid('category_id').notNull(),
})

export const orders = pgTable('orders', {
  ...record,
  title: text('title').notNull(),
  total: whole('total').notNull(),
  owner: uuid('owner_id').notNull(),
})

export const apiKeys = pgTable('api_keys', {
  id: uuid('id').primaryKey(),
  hash: text('hash').notNull(),
  actorId: text('actor_id'),
  expiresAt: instant('expires_at'),
  revokedAt: instant('revoked_at'),
})

export const db = drizzle(new pg.Pool({ connectionString: process.env.DATABASE_URL!, max: 10 }))
export const now = () => new Date()
