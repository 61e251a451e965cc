import { choice, collection, instant, integer, json, list, type RecordOf, reference, text } from '../../../plugin.ts'
import { type AuthDb, apiOf } from '../tables.ts'

/** All refresh tokens that follow from one exchange. One of them is good at a time. */
export const authTokenFamilies = collection('auth-token-families', {
  description: 'Refresh tokens that follow each other, stored as hashes.',
  fields: {
    account: reference('auth-accounts', { onDelete: 'cascade', immutable: true }),
    /** Of the part that all tokens of the family have: whoever knows it has had one of them. */
    hash: text({ max: 64, unique: true, private: true }),
    /** Of the part that only the newest has. */
    currentHash: text({ max: 64, private: true }),
    generation: integer({ private: true }),
    scopes: list(text({ max: 150 }), { max: 50, optional: true }),
    authenticatedAt: instant(),
    tenant: text({ max: 60, optional: true }),
    lastUsedAt: instant(),
    expiresAt: instant(),
    endedAt: instant({ optional: true }),
  },
  indexes: [['account'], ['expiresAt']],
})

/** Keys that access tokens are signed with. */
export const authSigningKeys = collection('auth-signing-keys', {
  description: 'Keys that access tokens are signed with; the private part is sealed.',
  fields: {
    /** Counts up. Of several processes that make the next key, one succeeds. */
    sequence: integer({ unique: true, immutable: true }),
    algorithm: choice(['EdDSA', 'ES256'], { immutable: true }),
    publicKey: json({ immutable: true }),
    sealedKey: text({ max: 2_000, private: true }),
    signsFrom: instant(),
    signsUntil: instant(),
  },
  indexes: [['signsUntil']],
})

export type TokenFamily = RecordOf<typeof authTokenFamilies>
export type SigningKey = RecordOf<typeof authSigningKeys>

export function familiesOf(db: AuthDb) {
  return apiOf<typeof authTokenFamilies>('auth-token-families', db)
}

export function signingKeysOf(db: AuthDb) {
  return apiOf<typeof authSigningKeys>('auth-signing-keys', db)
}
