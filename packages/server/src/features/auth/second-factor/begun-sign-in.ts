import { authErrors } from '../errors.ts'
import type { AuthKit } from '../kit.ts'
import { findSecret } from '../secrets/secrets.ts'
import { hashToken } from '../secrets/token.ts'
import type { Transport } from '../sessions/sessions.ts'

/** A sign-in that waits for its second factor. */
interface Begun {
  readonly methods: readonly string[]
  readonly transport: Transport
  readonly generation: number
}

/**
 * The sign-in that a challenge belongs to.
 *
 * @throws auth_secret_invalid  also when the account has changed since in a way that ends what was given out.
 */
export async function requireBegun({ db }: AuthKit, challenge: string, now: string) {
  const secret = await findSecret(db, challenge, 'second-factor', now)
  const account = secret?.account ? await db['auth-accounts'].findOne(secret.account) : undefined
  if (secret === undefined || account === undefined) throw authErrors.secret_invalid()
  const begun = secret.data as unknown as Begun
  if (begun.generation !== account.generation || account.disabledAt !== null) throw authErrors.secret_invalid()
  return { account, begun }
}

/** What a passkey that is to finish a sign-in is bound to. */
export function boundToSignIn(challenge: string): string {
  return hashToken(challenge, 'second-factor-binding')
}
