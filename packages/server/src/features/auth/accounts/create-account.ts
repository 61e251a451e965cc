import { GalleyError, newId, type RouteEffects } from '../../../plugin.ts'
import { authErrors } from '../errors.ts'
import type { AccountKind } from '../options.ts'
import { type AuthDb, looseApiOf } from '../tables.ts'

/** What a new account consists of. */
export interface NewAccount {
  readonly email: string
  /** Further fields of the record. */
  readonly profile: Readonly<Record<string, unknown>>
  /** Null: signs in by other ways, until a password is set by mail. */
  readonly passwordHash: string | null
}

/**
 * Makes the record of an account, and what is needed to sign in, with the same id. The address is not verified by it.
 *
 * @throws auth_profile_invalid  with every problem, as of the members `email` and `profile`.
 */
export async function createAccount(
  { email, profile, passwordHash }: NewAccount,
  kind: Pick<AccountKind, 'name'>,
  { db, now }: Pick<RouteEffects<AuthDb>, 'db' | 'now'>,
): Promise<string> {
  const id = newId()
  try {
    await looseApiOf(kind.name, db).create({ ...profile, id, email })
  } catch (error) {
    throw inProfile(error)
  }
  // The hook of the collection has made the other half.
  if (passwordHash !== null) await db['auth-accounts'].update(id, { passwordHash, passwordChangedAt: now })
  return id
}

/** Whether an account could not be made because there is one of the address: as of the record, or as of the login in lower case. */
export function isEmailTaken(error: unknown): boolean {
  if (!(error instanceof GalleyError)) return false
  return error.code === authErrors.email_taken.code || (error.category === 'conflict' && error.issues.some(isOfEmail))
}

function isOfEmail({ pointer }: { readonly pointer: string }): boolean {
  return pointer === '/email'
}

/** Problems of the record are problems of the member `profile`. */
function inProfile(error: unknown): unknown {
  if (!(error instanceof GalleyError) || error.issues.length === 0 || error.category !== 'invalid') return error
  const issues = error.issues.map((issue) => ({
    ...issue,
    pointer: issue.pointer === '/email' ? '/email' : `/profile${issue.pointer}`,
  }))
  return authErrors.profile_invalid({ cause: error, issues })
}
