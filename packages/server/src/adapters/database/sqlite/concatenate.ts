import type { Sql } from '../../../ports/database.ts'
import { sql } from '../../../ports/sql.ts'

/** SQLite takes at most 1000 arguments of a function (limits.html, 6). */
const maxArguments = 1000

/** Texts that are never NULL as one text; `concat` copies once where `||` copies for every piece. */
export function concatenate(pieces: readonly Sql[]): Sql {
  if (pieces.length <= maxArguments) return sql`concat(${sql.join(pieces)})`
  const groups = Array.from({ length: Math.ceil(pieces.length / maxArguments) }, (_, group) =>
    concatenate(pieces.slice(group * maxArguments, (group + 1) * maxArguments)),
  )
  return concatenate(groups)
}
