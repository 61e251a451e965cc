import { createHash } from 'node:crypto'
import { boolean, collection, instant, integer, list, type RecordOf, reference, text } from '../../../plugin.ts'
import { type AuthDb, apiOf } from '../tables.ts'

/** Passkeys of accounts. The other half of each key never leaves the device of its owner. */
export const authPasskeys = collection('auth-passkeys', {
  description: 'Passkeys that accounts sign in with.',
  fields: {
    account: reference('auth-accounts', { onDelete: 'cascade', immutable: true }),
    /** What the owner calls it. */
    name: text({ max: 100 }),
    credentialId: text({ max: 1_400, immutable: true, private: true }),
    /** An id may be longer than an index takes. */
    credentialHash: text({ max: 64, unique: true, immutable: true, private: true }),
    /** COSE, as base64url. */
    publicKey: text({ max: 4_000, immutable: true, private: true }),
    /** Names the account to authenticators: random, so that it tells nothing. The same for all passkeys of an account. */
    userHandle: text({ max: 64, immutable: true, private: true }),
    /** Of signatures; 0 where the authenticator does not count. */
    counter: integer({ private: true }),
    transports: list(text({ max: 20 }), { max: 10 }),
    /** Whether it can be on several devices. */
    isSyncable: boolean(),
    isBackedUp: boolean(),
    lastUsedAt: instant({ optional: true }),
  },
  indexes: [['account', 'createdAt']],
})

export type AuthPasskey = RecordOf<typeof authPasskeys>

/** As many as an account may have. */
export const maxPasskeys = 20

export function passkeysOf(db: AuthDb) {
  return apiOf<typeof authPasskeys>('auth-passkeys', db)
}

export async function findPasskey(credentialId: string, db: AuthDb): Promise<AuthPasskey | undefined> {
  const found = await passkeysOf(db).first({ where: { credentialHash: credentialHash(credentialId) } })
  return found
}

export function credentialHash(credentialId: string): string {
  return createHash('sha256').update(credentialId).digest('hex')
}

export async function passkeysOfAccount(account: string, db: AuthDb): Promise<readonly AuthPasskey[]> {
  const { data } = await passkeysOf(db).find({ where: { account }, sort: 'createdAt', limit: 100 })
  return data
}
