import { type SystemEffects, sendMail } from '../../../plugin.ts'
import { renewAccount } from '../accounts/renew-account.ts'
import { writeAudit } from '../audit.ts'
import { passkeysOf } from '../passkeys/passkey-table.ts'
import { removeAll } from '../remove-all.ts'
import type { AuthAccount, AuthDb } from '../tables.ts'
import { forgetFactors } from './factors.ts'
import { factorMails } from './mails.ts'
import { totpOf } from './totp-table.ts'

/**
 * Takes every second factor from an account whose owner has lost them: authenticator, passkeys, recovery codes and remembered devices.
 * All sessions end, and the owner is told by mail.
 *
 * Somebody who signed in by passkey only needs a new password then (`/api/auth/password/reset`).
 * @param by  the id of the administrator; null: from the command line.
 */
export async function resetMfa(
  account: AuthAccount,
  by: string | null,
  { db, jobs, now }: Pick<SystemEffects<AuthDb>, 'db' | 'jobs' | 'now'>,
): Promise<AuthAccount> {
  const { id, email } = account
  await removeAll(totpOf(db), { account: id })
  await removeAll(passkeysOf(db), { account: id })
  await forgetFactors(id, db)
  const renewed = await renewAccount(db, account, { factors: [] })
  await writeAudit(db, { event: 'mfa-reset', account: id, by })
  await sendMail(jobs, factorMails.factorRemoved, { to: email, input: { at: now, factor: null } })
  return renewed
}
