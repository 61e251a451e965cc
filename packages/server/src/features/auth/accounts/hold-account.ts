import { authErrors } from '../errors.ts'
import type { AuthAccount, AuthDb } from '../tables.ts'

/**
 * Makes whoever changes how an account is signed in to wait for this transaction, or refuses when somebody has since `account` was read.
 *
 * Called before something is given out: it would be missed by whoever ends at that moment all that was.
 * @throws auth_changed_meanwhile
 */
export async function holdAccount(account: AuthAccount, db: AuthDb, changes: object = {}): Promise<void> {
  const { id, generation, factors } = account
  const held = await db['auth-accounts'].updateIf(id, { generation }, { ...changes, generation })
  if (held === undefined || held.factors.join() !== factors.join()) throw authErrors.changed_meanwhile()
}
