// The tables of both databases have the same columns, so one set of queries serves both.
const schema = process.env.DATABASE_URL!.startsWith('sqlite:')
  ? ((await import('./schema-sqlite.ts')) as unknown as typeof import('./schema-postgres.ts'))
  : await import('./schema-postgres.ts')

export const { db, now, apiKeys, categories, orders, products } = schema
