import { resolve } from 'node:path'
import type { Database } from '../ports/database.ts'
import { appErrors } from './errors.ts'

export interface DatabaseLimits {
  /** How long a statement that reads may take. Default 10 000. */
  readonly statementMs?: number
}

/**
 * Opens the database of a URL: `sqlite:./data/store.db`, `sqlite::memory:`, `postgres://user:password@host/name`.
 *
 * Each adapter, and its driver, is loaded only when it is asked for.
 * @throws app_database_url  when no adapter knows the URL.
 */
export async function databaseFromUrl(
  url: string,
  cwd = process.cwd(),
  limits: DatabaseLimits = {},
): Promise<Database> {
  const scheme = url.slice(0, Math.max(0, url.indexOf(':')))
  const open = adapters[scheme]
  if (open === undefined)
    throw appErrors.database_url({ details: { scheme: scheme || url, known: Object.keys(adapters).join(', ') } })
  return open(url, cwd, limits)
}

const adapters: Readonly<Record<string, (url: string, cwd: string, limits: DatabaseLimits) => Promise<Database>>> = {
  sqlite: openSqlite,
  postgres: openPostgres,
  postgresql: openPostgres,
}

async function openSqlite(url: string, cwd: string, limits: DatabaseLimits): Promise<Database> {
  const { openSqliteDatabase } = await import('../adapters/database/sqlite/index.ts')
  const file = url.replace(/^sqlite:(\/\/)?/, '')
  return openSqliteDatabase({ file: file === ':memory:' ? file : resolve(cwd, file), ...limits })
}

async function openPostgres(url: string, _cwd: string, limits: DatabaseLimits): Promise<Database> {
  const { openPostgresDatabase } = await import('../adapters/database/postgres/index.ts')
  return openPostgresDatabase({ url, ...limits })
}
