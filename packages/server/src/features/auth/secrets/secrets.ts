import { authErrors } from '../errors.ts'
import { removeAll } from '../remove-all.ts'
import type { AuthDb, AuthSecret } from '../tables.ts'
import type { Purpose } from './purposes.ts'
import { hashToken, newToken } from './token.ts'

export interface NewSecret {
  readonly purpose: Purpose
  /** Whose it is; null where there is nobody yet. */
  readonly account: string | null
  readonly data?: object
  /** ISO 8601. */
  readonly now: string
  readonly lifetimeMs: number
  /** Given out instead of a random token, such as a code; it has to be as good as random. */
  readonly token?: string
  /** How many wrong tries a code survives. Default 1. */
  readonly attempts?: number
}

/** Makes a secret and gives its text, which is not stored. */
export async function issueSecret(db: AuthDb, secret: NewSecret): Promise<string> {
  const { purpose, account, data = null, now, lifetimeMs, token = newToken(), attempts = 1 } = secret
  await db['auth-secrets'].create({
    purpose,
    hash: hashToken(token, purpose),
    account,
    data: data as never,
    expiresAt: new Date(Date.parse(now) + lifetimeMs).toISOString(),
    attemptsLeft: attempts,
  })
  return token
}

/**
 * Uses a secret up: of any number at once exactly one succeeds.
 *
 * @throws auth_secret_invalid  when it is unknown, used, expired or for another purpose; nobody is told which.
 */
export async function consumeSecret(db: AuthDb, token: string, purpose: Purpose, now: string): Promise<AuthSecret> {
  const secret = await findSecret(db, token, purpose, now)
  const used = secret && (await db['auth-secrets'].updateIf(secret.id, stillGood(now), { usedAt: now }))
  if (used === undefined) throw authErrors.secret_invalid()
  return used
}

/** Looks at a secret without using it up; undefined when it is not good. */
export async function findSecret(
  db: AuthDb,
  token: string,
  purpose: Purpose,
  now: string,
): Promise<AuthSecret | undefined> {
  const where = { hash: hashToken(token, purpose), purpose, ...stillGood(now) }
  const secret = await db['auth-secrets'].first({ where })
  return secret
}

/** Whether a secret of this text was given out, whatever has become of it. */
export async function isIssued(db: AuthDb, token: string, purpose: Purpose): Promise<boolean> {
  return (await db['auth-secrets'].first({ where: { hash: hashToken(token, purpose) } })) !== undefined
}

/**
 * Takes one of the tries that are left, each by a statement that succeeds for one of those who try at once: before what was typed is looked at,
 * or once it was wrong.
 *
 * @returns the secret with the tries that are left now; undefined when it is not good.
 */
export async function takeTry(
  db: AuthDb,
  token: string,
  purpose: Purpose,
  now: string,
): Promise<AuthSecret | undefined> {
  for (;;) {
    const secret = await findSecret(db, token, purpose, now)
    if (secret === undefined) return undefined
    const { id, attemptsLeft } = secret
    const isSame = { ...unused(now), attemptsLeft }
    const taken = await db['auth-secrets'].updateIf(id, isSame, { attemptsLeft: attemptsLeft - 1 })
    if (taken !== undefined) return taken
  }
}

/**
 * Uses up a secret of which a try was taken: the last one may be the right one.
 *
 * @throws auth_secret_invalid  when it was used or has expired since.
 */
export async function consumeTried(db: AuthDb, { id }: AuthSecret, now: string): Promise<AuthSecret> {
  const used = await db['auth-secrets'].updateIf(id, unused(now), { usedAt: now })
  if (used === undefined) throw authErrors.secret_invalid()
  return used
}

/** How many of a purpose an account can still use. */
export function countSecrets(db: AuthDb, account: string, purpose: Purpose): Promise<number> {
  return db['auth-secrets'].count({ account, purpose, usedAt: null })
}

/** Takes back what was given out to an account for a purpose: the newest is the only one that is good. @param account  null: to nobody yet. */
export async function revokeSecrets(db: AuthDb, account: string | null, purposes: readonly Purpose[]): Promise<void> {
  await removeAll(db['auth-secrets'], { account, purpose: { in: purposes }, usedAt: null })
}

function stillGood(now: string) {
  return { ...unused(now), attemptsLeft: { gt: 0 } } as const
}

function unused(now: string) {
  return { usedAt: null, expiresAt: { gt: now } } as const
}
