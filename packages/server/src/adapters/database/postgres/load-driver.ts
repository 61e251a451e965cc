import { databaseErrors } from '../../../ports/errors.ts'

/** Loads `pg`, which only applications on PostgreSQL install. */
export async function loadDriver(): Promise<typeof import('pg')> {
  try {
    return await import('pg')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw databaseErrors.driver_missing({ cause, details: { driver: 'pg' } })
  }
}
