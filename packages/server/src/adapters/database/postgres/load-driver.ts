import { loadOptional } from '../../../base/optional-package.ts'
import { databaseErrors } from '../../../ports/errors.ts'

/** Loads `pg`, which only applications on PostgreSQL install. */
export function loadDriver(): Promise<typeof import('pg')> {
  return loadOptional(
    () => import('pg'),
    (cause) => databaseErrors.driver_missing({ cause, details: { driver: 'pg' } }),
  )
}
