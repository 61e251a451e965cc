import { clientKey } from '../../../plugin.ts'
import { writeAudit } from '../audit.ts'
import { countGuess, forgetGuesses } from '../defence/limits.ts'
import { authErrors } from '../errors.ts'
import type { AuthKit } from '../kit.ts'
import type { AuthAccount } from '../tables.ts'

/** @throws auth_wrong_password  unless it is the account's own. */
export async function requirePassword(
  password: string,
  account: AuthAccount,
  source: string,
  kit: AuthKit,
): Promise<void> {
  const { hasher } = kit
  const attempt = { what: 'password', subject: account.id, address: clientKey(source) }
  await countGuess(attempt, kit)
  const { passwordHash } = account
  const verdict =
    passwordHash === null
      ? await hasher.verifyNothing(password, source)
      : await hasher.verify(password, passwordHash, source)
  if (!verdict.isRight) {
    const visitor = { address: source, userAgent: null }
    await writeAudit(kit.db, { event: 'password-asked', account: account.id, isSuccess: false, visitor })
    throw authErrors.wrong_password()
  }
  await forgetGuesses(attempt, kit)
}
