import { authErrors } from '../errors.ts'
import { endedBy } from '../secrets/purposes.ts'
import { revokeSecrets } from '../secrets/secrets.ts'
import { endSessions } from '../sessions/sessions.ts'
import type { AuthAccount, AuthDb } from '../tables.ts'

/**
 * Ends all that was given out to an account: sessions, tokens of earlier generations, links and codes.
 *
 * @returns the account as it is from now on.
 */
export async function renewAccount(db: AuthDb, account: AuthAccount, changes: object): Promise<AuthAccount> {
  const { generation } = account
  await endSessions(db, account.id)
  await revokeSecrets(db, account.id, endedBy('renewal'))
  const renewed = await db['auth-accounts'].updateIf(
    account.id,
    { generation },
    { ...changes, generation: generation + 1 },
  )
  if (renewed === undefined) throw authErrors.changed_meanwhile()
  return renewed
}
