import { type RouteEffects, sendMail } from '../../../plugin.ts'
import { writeAudit } from '../audit.ts'
import type { AuthKit } from '../kit.ts'
import { authMails } from '../mails/mails.ts'
import { removeAll } from '../remove-all.ts'
import type { Visitor } from '../sessions/visitor.ts'
import { type AuthAccount, type AuthDb, looseApiOf } from '../tables.ts'
import { renewAccount } from './renew-account.ts'

/** Collections of ways in; each has a field `account`. Parts of sign-in that are not there have none. */
const waysIn = ['auth-identities', 'auth-passkeys', 'auth-totp', 'auth-keys'] as const

/**
 * Gives an account to whoever has just proved to have its address: what was added before the address was verified may be somebody else's,
 * who registered with it and waited. Such passwords, identities, keys and factors go, and all sessions end.
 *
 * @param newPassword  that its owner has just chosen; they are told of it by whoever calls.
 * @returns the account as it is from now on, its address verified.
 */
export async function claimAddress(
  account: AuthAccount,
  visitor: Visitor,
  { db, jobs, now }: Pick<RouteEffects<AuthDb>, 'db' | 'jobs' | 'now'>,
  kit: AuthKit,
  newPassword?: { readonly passwordHash: string; readonly passwordChangedAt: string },
): Promise<AuthAccount> {
  const verifiedAt = account.emailVerifiedAt ?? now
  for (const name of waysIn.filter((each) => kit.context.model.collections.has(each)))
    await removeAll(looseApiOf(name, db), { account: account.id, createdAt: { lt: verifiedAt } })
  const losesPassword = account.passwordHash !== null && (account.passwordChangedAt ?? '') < verifiedAt
  const renewed = await renewAccount(db, account, {
    emailVerifiedAt: verifiedAt,
    factors: await factorsLeft(account, db, kit),
    ...(losesPassword && { passwordHash: null, passwordChangedAt: null }),
    ...newPassword,
  })
  await writeAudit(db, { event: 'address-claimed', account: account.id, visitor, details: { losesPassword } })
  if (losesPassword && newPassword === undefined)
    await sendMail(jobs, authMails.passwordChanged, {
      to: account.email,
      input: { at: now, address: visitor.address },
    })
  return renewed
}

/** A factor is set up as long as there is something to show it with. */
async function factorsLeft({ id, factors }: AuthAccount, db: AuthDb, { context }: AuthKit): Promise<string[]> {
  const left: string[] = []
  for (const factor of factors) {
    const name = factorTables[factor] ?? ''
    if (!context.model.collections.has(name) || (await looseApiOf(name, db).count({ account: id })) > 0)
      left.push(factor)
  }
  return left
}

const factorTables: Readonly<Record<string, string>> = { totp: 'auth-totp', passkey: 'auth-passkeys' }
