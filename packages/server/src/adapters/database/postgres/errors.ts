import { GalleyError } from '../../../base/error.ts'
import { ConstraintError, type ConstraintKind } from '../../../ports/database.ts'
import { databaseErrors } from '../../../ports/errors.ts'

/** An error of `pg` in the words of the port; other errors, such as broken SQL, stay as they are. */
export function portErrorFrom(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const code = codeOf(error)
  const kind = constraintKinds[code]
  if (kind !== undefined) return constraintErrorFrom(kind, error)
  if (mustRerun(error)) return databaseErrors.busy({ cause: error })
  const make = portErrors[code] ?? (isConnectionLost(error) ? databaseErrors.unavailable : undefined)
  return make?.({ cause: error }) ?? error
}

/** Tells whether running everything again from the start may succeed: the server chose this transaction to give way. */
export function mustRerun(error: unknown): boolean {
  const cause = error instanceof GalleyError ? error.cause : error
  return rerunCodes.has(codeOf(cause)) || isStalePlan(cause)
}

/** Tells whether the connection is of no use any more. */
export function isConnectionLost(error: unknown): boolean {
  const cause = error instanceof GalleyError ? error.cause : error
  if (!(cause instanceof Error)) return false
  const isOfSocket =
    'syscall' in cause || /^(Connection terminated|Client (was closed|has encountered))/.test(cause.message)
  return isOfSocket || /^(08|57P|25P0[34])/.test(codeOf(cause))
}

/** Tells whether a prepared statement has outlived the tables it was prepared for. */
export function isStalePlan(error: unknown): boolean {
  const cause = error instanceof GalleyError ? error.cause : error
  return cause instanceof Error && codeOf(cause) === '0A000' && cause.message.startsWith('cached plan must not change')
}

/** Tells whether the run of a prepared statement failed because its preparation, sent ahead by another run, had failed. */
export function isNotPrepared(error: unknown): boolean {
  return codeOf(error) === '26000' // invalid_sql_statement_name
}

// PostgreSQL, appendix A, "PostgreSQL Error Codes".
const constraintKinds: Readonly<Record<string, ConstraintKind>> = {
  '23001': 'foreignKey', // restrict_violation
  '23502': 'notNull',
  '23503': 'foreignKey',
  '23505': 'unique',
  '23514': 'check',
}
const rerunCodes: ReadonlySet<string> = new Set(['40001', '40P01']) // serialization_failure, deadlock_detected
const portErrors: Readonly<Record<string, (typeof databaseErrors)[keyof typeof databaseErrors]>> = {
  '25P03': databaseErrors.timeout, // idle_in_transaction_session_timeout
  '53000': databaseErrors.unavailable, // insufficient_resources
  '53100': databaseErrors.unavailable, // disk_full
  '53200': databaseErrors.unavailable, // out_of_memory
  '53300': databaseErrors.unavailable, // too_many_connections
  '55P03': databaseErrors.busy, // lock_not_available
  '57014': databaseErrors.timeout, // query_canceled, by statement_timeout
  '58030': databaseErrors.unavailable, // io_error
}

function constraintErrorFrom(kind: ConstraintKind, cause: Error): ConstraintError {
  const { table, column, constraint, detail } = cause as {
    table?: string
    column?: string
    constraint?: string
    detail?: string
  }
  const columns = column === undefined ? columnsFromDetail(detail ?? '') : [column]
  return new ConstraintError(kind, {
    ...(table !== undefined && { table }),
    ...(constraint !== undefined && { constraint }),
    columns,
    cause,
  })
}

/** Reads `Key (a, "b c")=(1, 2) already exists.`; an index on expressions has no columns to name. */
function columnsFromDetail(detail: string): readonly string[] {
  const list = /^Key \(((?:"(?:[^"]|"")*"|[^"()])*)\)=/.exec(detail)?.[1]
  const names = list?.match(/"(?:[^"]|"")*"|[^", ]+/g) ?? []
  return names.map((name) => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name))
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
