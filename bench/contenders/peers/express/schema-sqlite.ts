import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

const record = {
  id: text('id').primaryKey(),
  createdAt: text('created_at').notNull(),
  updatedAt: text('updated_at').notNull(),
  version: integer('version').notNull(),
}

export const categories = sqliteTable('categories', {
  ...record,
  name: text('name').notNull(),
  slug: text('slug').notNull(),
})

export const products = sqliteTable('products', {
  ...record,
  name: text('name').notNull(),
  description: text('description').notNull(),
  price: integer('price').notNull(),
  category: text('category_id').notNull(),
})

export const orders = sqliteTable('orders', {
  ...record,
  title: text('title').notNull(),
  total: integer('total').notNull(),
  owner: text('owner_id').notNull(),
})

export const apiKeys = sqliteTable('api_keys', {
  id: text('id').primaryKey(),
  hash: text('hash').notNull(),
  actorId: text('actor_id'),
  expiresAt: text('expires_at'),
  revokedAt: text('revoked_at'),
})

const client = new Database(process.env.DATABASE_URL!.slice('sqlite:'.length))
client.pragma('journal_mode = WAL')
client.pragma('synchronous = FULL')
client.pragma('foreign_keys = ON')

export const db = drizzle(client)
export const now = () => new Date().toISOString()
