import Database from 'better-sqlite3'
import { Kysely, PostgresDialect, SqliteDialect } from 'kysely'
import pg from 'pg'

interface Record {
  id: string
  created_at: Date | string
  updated_at: Date | string
  version: number
}

interface Tables {
  categories: Record & { name: string; slug: string }
  products: Record & { name: string; description: string; price: number; category_id: string }
  orders: Record & { title: string; total: number; owner_id: string }
  api_keys: Record & {
    hash: string
    actor_id: string | null
    expires_at: Date | string | null
    revoked_at: Date | string | null
  }
}

const url = process.env.DATABASE_URL!
const isSqlite = url.startsWith('sqlite:')

export const db = new Kysely<Tables>({ dialect: isSqlite ? sqlite() : postgres() })
/** Instants rest as text in SQLite. */
export const now = () => (isSqlite ? new Date().toISOString() : new Date())

function sqlite() {
  const database = new Database(url.slice('sqlite:'.length))
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('foreign_keys = ON')
  return new SqliteDialect({ database })
}

function postgres() {
  pg.types.setTypeParser(pg.types.builtins.INT8, Number)
  return new PostgresDialect({ pool: new pg.Pool({ connectionString: url, max: 10 }) })
}
