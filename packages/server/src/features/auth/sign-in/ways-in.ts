import { authErrors } from '../errors.ts'
import type { AuthKit } from '../kit.ts'
import { type AuthAccount, type AuthDb, looseApiOf } from '../tables.ts'

/**
 * Keeps people from locking themselves out: asked when one way in was taken away, in the transaction that took it.
 *
 * A way in counts as long as it is turned on. A second factor is none, and neither is a link to set a new password.
 * @throws auth_last_way_in, auth_changed_meanwhile
 */
export async function requireWayIn(account: string, db: AuthDb, kit: AuthKit): Promise<void> {
  const { passwordHash, emailVerifiedAt } = await heldAccount(account, db)
  if (passwordHash !== null || (emailVerifiedAt !== null && signsInByMail(kit))) return
  const { social, passkeys } = kit.options
  if (social !== undefined && (await hasAny('auth-identities', account, db))) return
  if (passkeys !== undefined && (await hasAny('auth-passkeys', account, db))) return
  throw authErrors.last_way_in()
}

/** Of two who take away a way in at the same time, one has to wait and look again. */
async function heldAccount(id: string, db: AuthDb): Promise<AuthAccount> {
  const { version, generation } = await db['auth-accounts'].get(id)
  const held = await db['auth-accounts'].updateIf(id, { version }, { generation })
  if (held === undefined) throw authErrors.changed_meanwhile()
  return held
}

function signsInByMail({ options: { passwordless } }: AuthKit): boolean {
  return passwordless?.magicLink === true || passwordless?.code === true
}

async function hasAny(collection: string, account: string, db: AuthDb): Promise<boolean> {
  return (await looseApiOf(collection, db).count({ account })) > 0
}
