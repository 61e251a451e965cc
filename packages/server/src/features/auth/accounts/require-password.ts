import { authErrors } from '../errors.ts'
import type { AuthKit } from '../kit.ts'
import type { AuthAccount } from '../tables.ts'

/** @throws auth_wrong_password  unless it is the account's own. */
export async function requirePassword(
  password: string,
  account: AuthAccount,
  source: string,
  { hasher }: AuthKit,
): Promise<void> {
  const { passwordHash } = account
  const verdict =
    passwordHash === null
      ? await hasher.verifyNothing(password, source)
      : await hasher.verify(password, passwordHash, source)
  if (!verdict.isRight) throw authErrors.wrong_password()
}
