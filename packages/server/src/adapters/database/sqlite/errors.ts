import { basename } from 'node:path'
import { ConstraintError } from '../../../ports/database.ts'
import { databaseErrors } from '../../../ports/errors.ts'

/** An error of `node:sqlite` in the words of the port; other errors, such as broken SQL, stay as they are. */
export function portErrorFrom(error: unknown, file: string): unknown {
  if (!isSqliteError(error)) return error
  const primaryCode = error.errcode & 0xff // an extended code keeps its primary code in the lowest byte
  return constraintErrorFrom(error) ?? portErrors[primaryCode]?.(error, basename(file)) ?? error
}

interface SqliteError extends Error {
  readonly errcode: number
}

function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR' && 'errcode' in error
}

const unavailable = (cause: SqliteError) => databaseErrors.unavailable({ cause })
const busy = (cause: SqliteError) => databaseErrors.busy({ cause })
const damaged = (cause: SqliteError, file: string) => databaseErrors.damaged({ cause, details: { file } })

const portErrors: Readonly<Record<number, (cause: SqliteError, file: string) => Error>> = {
  5: busy, // SQLITE_BUSY
  6: busy, // SQLITE_LOCKED
  7: unavailable, // SQLITE_NOMEM
  8: unavailable, // SQLITE_READONLY
  10: unavailable, // SQLITE_IOERR
  11: damaged, // SQLITE_CORRUPT
  13: unavailable, // SQLITE_FULL
  14: unavailable, // SQLITE_CANTOPEN
  26: damaged, // SQLITE_NOTADB
}

// Extended codes differ by how a constraint is enforced (a restricting foreign key reports SQLITE_CONSTRAINT_TRIGGER),
// the first words of the message do not.
function constraintErrorFrom(cause: SqliteError): ConstraintError | undefined {
  const [, words = '', about = ''] =
    /^(UNIQUE|FOREIGN KEY|NOT NULL|CHECK) constraint failed(?:: (.*))?$/s.exec(cause.message) ?? []
  switch (words) {
    case 'UNIQUE':
      return new ConstraintError('unique', { ...tableAndColumns(about), cause })
    case 'NOT NULL':
      return new ConstraintError('notNull', { ...tableAndColumns(about), cause })
    case 'FOREIGN KEY':
      return new ConstraintError('foreignKey', { cause })
    case 'CHECK':
      return new ConstraintError('check', { constraint: about, cause })
  }
  return undefined
}

/** Reads `users.email, users.tenant`, and `index 'name'` of an index on expressions. */
function tableAndColumns(about: string): { table?: string; columns?: readonly string[]; constraint?: string } {
  const indexName = /^index '(.*)'$/s.exec(about)?.[1]
  if (indexName !== undefined) return { constraint: indexName }
  const names = about.split(', ').map((name) => name.split('.'))
  const table = names[0]?.[0]
  return { ...(table !== undefined && { table }), columns: names.map((parts) => parts.at(-1) ?? '') }
}
