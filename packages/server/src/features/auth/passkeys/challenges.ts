import { authErrors } from '../errors.ts'
import { consumeSecret, findSecret, issueSecret } from '../secrets/secrets.ts'
import type { AuthDb } from '../tables.ts'

/** What a challenge was made for: it is good for nothing and nobody else. */
export interface ChallengeBinding {
  readonly use: 'register' | 'factor' | 'sign-in'
  /** Null: whoever signs in by a passkey only says who they are by it. */
  readonly account: string | null
  /** The session, the sign-in that has begun, or the browser. */
  readonly boundTo: string
}

interface ChallengeData {
  readonly use: string
  readonly boundTo: string
  /** Of the account to be, for a registration. */
  readonly userHandle?: string
}

export const challengeMs = 5 * 60_000

/** Makes a challenge: 32 random bytes as base64url. */
export function issueChallenge(
  db: AuthDb,
  { use, account, boundTo }: ChallengeBinding,
  now: string,
  userHandle?: string,
): Promise<string> {
  const data: ChallengeData = { use, boundTo, ...(userHandle !== undefined && { userHandle }) }
  return issueSecret(db, { purpose: 'passkey-challenge', account, data, now, lifetimeMs: challengeMs })
}

/** @throws auth_secret_invalid  when it is none, used, too old, or made for something else. */
export async function requireChallenge(
  db: AuthDb,
  challenge: string,
  { use, account, boundTo }: ChallengeBinding,
  now: string,
): Promise<ChallengeData> {
  const secret = await findSecret(db, challenge, 'passkey-challenge', now)
  const data = secret?.data as unknown as ChallengeData | undefined
  if (secret === undefined || data?.use !== use || data.boundTo !== boundTo || secret.account !== account)
    throw authErrors.secret_invalid()
  return data
}

/** @throws auth_secret_invalid  for all but one of any number at once. */
export async function consumeChallenge(db: AuthDb, challenge: string, now: string): Promise<void> {
  await consumeSecret(db, challenge, 'passkey-challenge', now)
}
