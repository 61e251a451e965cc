import { collection, integer, type RecordOf, reference, text } from '../../../plugin.ts'
import { type AuthDb, apiOf } from '../tables.ts'

/** The authenticator of an account. Its secrets are sealed for the account: in another row they do not open. */
export const authTotp = collection('auth-totp', {
  description: 'Authenticators that show codes, one for each account.',
  fields: {
    account: reference('auth-accounts', { unique: true, onDelete: 'cascade', immutable: true }),
    /** Sealed; what codes are checked with. */
    secret: text({ max: 300, optional: true, private: true }),
    /** Sealed; takes the place of `secret` when a code of it was shown. */
    pending: text({ max: 300, optional: true, private: true }),
    /** Steps of 30 seconds since 1970: no code of this one or an earlier one is good any more. */
    lastUsedStep: integer({ optional: true, private: true }),
  },
})

export type AuthTotp = RecordOf<typeof authTotp>

export function totpOf(db: AuthDb) {
  return apiOf<typeof authTotp>('auth-totp', db)
}

export async function findTotp(account: string, db: AuthDb): Promise<AuthTotp | undefined> {
  const found = await totpOf(db).first({ where: { account } })
  return found
}
