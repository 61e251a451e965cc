import { type RouteEffects, sendMail } from '../../../plugin.ts'
import { hashRecoveryCode, newRecoveryCodes } from '../codes/recovery-codes.ts'
import type { AuthKit } from '../kit.ts'
import { consumeSecret, countSecrets, findSecret, issueSecret, revokeSecrets } from '../secrets/secrets.ts'
import type { Visitor } from '../sessions/visitor.ts'
import type { AuthAccount, AuthDb } from '../tables.ts'
import { factorErrors } from './errors.ts'
import { factorMails } from './mails.ts'

/** They are kept in a drawer: as good as for ever. */
const lifetimeMs = 50 * 365 * 86_400_000

/** What recovery codes are hashed with. Asked for before a transaction begins: the first time it is made. */
export function recoveryKey({ context }: AuthKit): Promise<Buffer> {
  return context.secret('recovery-codes')
}

/** Makes ten codes in place of all that there were. */
export async function giveRecoveryCodes(
  account: string,
  key: Uint8Array,
  { db, now }: { readonly db: AuthDb; readonly now: string },
): Promise<readonly string[]> {
  await revokeSecrets(db, account, ['recovery-code'])
  const codes = newRecoveryCodes()
  for (const code of codes) {
    const token = hashRecoveryCode(code, account, key)!
    await issueSecret(db, { purpose: 'recovery-code', account, token, now, lifetimeMs })
  }
  return codes
}

/**
 * Uses a code up and tells the owner of the account.
 *
 * @throws auth_wrong_code
 */
export async function useRecoveryCode(
  account: AuthAccount,
  typed: string,
  key: Uint8Array,
  visitor: Visitor,
  { db, jobs, now }: RouteEffects<AuthDb>,
): Promise<void> {
  const token = hashRecoveryCode(typed, account.id, key)
  if (token === undefined || (await findSecret(db, token, 'recovery-code', now)) === undefined)
    throw factorErrors.wrong_code()
  await consumeSecret(db, token, 'recovery-code', now)
  const left = await recoveryCodesLeft(account.id, db)
  const input = { at: now, left, address: visitor.address }
  await sendMail(jobs, factorMails.recoveryCodeUsed, { to: account.email, input })
}

export function recoveryCodesLeft(account: string, db: AuthDb): Promise<number> {
  return countSecrets(db, account, 'recovery-code')
}
