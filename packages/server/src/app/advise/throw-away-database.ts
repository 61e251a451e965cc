import { randomBytes } from 'node:crypto'
import type { Database } from '../../ports/database.ts'
import { databaseFromUrl } from '../database-from-url.ts'

/** Runs `work` on an empty database of its own, of which nothing is left: a schema of a server, or a file nobody sees. */
export async function withThrowAwayDatabase<T>(
  url: string | undefined,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  if (url === undefined || url.startsWith('sqlite:')) return withDatabase('sqlite::memory:', work)
  const schema = `galley_advise_${randomBytes(6).toString('hex')}`
  await script(url, `create schema ${schema}`)
  try {
    return await withDatabase(inSchema(url, schema), work)
  } finally {
    await script(url, `drop schema ${schema} cascade`)
  }
}

async function withDatabase<T>(url: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await databaseFromUrl(url)
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

function script(url: string, text: string): Promise<void> {
  return withDatabase(url, (database) => database.transaction(async (tx) => tx.script(text)))
}

function inSchema(url: string, schema: string): string {
  const inside = new URL(url)
  inside.searchParams.set('options', `-c search_path=${schema}`)
  return inside.href
}
