import { collection, instant, list, type RecordOf, reference, text } from '../../../../plugin.ts'
import { removeAll } from '../../remove-all.ts'
import { hashToken, newToken } from '../../secrets/token.ts'
import { type AuthDb, apiOf } from '../../tables.ts'
import type { Grant } from '../grant.ts'

/** API keys of people. They go on when the password changes, and end with the account. */
export const authKeys = collection('auth-keys', {
  description: 'API keys of accounts, stored as hashes.',
  fields: {
    account: reference('auth-accounts', { onDelete: 'cascade', immutable: true }),
    name: text({ max: 100, min: 1 }),
    /** What the key begins with: enough to recognize it, not to use it. */
    prefix: text({ max: 20 }),
    hash: text({ max: 64, unique: true, private: true }),
    scopes: list(text({ max: 150 }), { max: 50, optional: true }),
    tenant: text({ max: 60, optional: true }),
    expiresAt: instant({ optional: true }),
    lastUsedAt: instant({ optional: true }),
  },
  indexes: [['account', 'createdAt'], ['expiresAt']],
})

export type AccountKey = RecordOf<typeof authKeys>

export function accountKeysOf(db: AuthDb) {
  return apiOf<typeof authKeys>('auth-keys', db)
}

/** Begins every key of an account, so that scanners for leaked secrets recognize one. Those of applications begin with `glk_`. */
export const accountKeyMark = 'glu_'

export function newAccountKey(): { readonly secret: string; readonly hash: string; readonly prefix: string } {
  const secret = accountKeyMark + newToken()
  return { secret, hash: hashAccountKey(secret), prefix: `${secret.slice(0, 10)}…` }
}

export function hashAccountKey(secret: string): string {
  return hashToken(secret, 'account-key')
}

/** The key in `Authorization: Bearer glu_…`. */
export function accountKeyIn(authorization = ''): string | undefined {
  return /^Bearer +(glu_[^\s]+)$/i.exec(authorization)?.[1]
}

/** Ends all keys of an account: it got into other hands, or may have. */
export async function endAccountKeys(db: AuthDb, account: string): Promise<number> {
  return removeAll(accountKeysOf(db), { account })
}

export function isExpired({ expiresAt }: Pick<AccountKey, 'expiresAt'>, nowMs: number): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= nowMs
}

export function grantOfKey({ id, scopes, tenant, createdAt }: AccountKey): Grant {
  return { id, kind: 'key', scopes, tenant, authenticatedAt: null, createdAt }
}
