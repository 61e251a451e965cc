import { collection, eq, instant, type RecordOf, reference, text } from '../../../plugin.ts'
import { type AuthAccount, type AuthDb, apiOf } from '../tables.ts'
import type { Identity } from './identity.ts'

/** Accounts that people have elsewhere and sign in with here: issuer and subject, nothing else, say which account it is. */
export const authIdentities = collection('auth-identities', {
  description: 'Accounts at other providers that people sign in with.',
  fields: {
    account: reference('auth-accounts', { onDelete: 'cascade', immutable: true }),
    /** The collection of the account: the same person may be a customer and one of the staff. */
    accounts: text({ max: 60, immutable: true }),
    provider: text({ max: 40 }),
    issuer: text({ max: 500, immutable: true }),
    subject: text({ max: 255, immutable: true }),
    /** As the provider told it the last time; proves nothing. */
    email: text({ max: 254, optional: true }),
    lastUsedAt: instant(),
  },
  indexes: [{ fields: ['accounts', 'issuer', 'subject'], unique: true }],
  rules: { read: ({ row, actor }) => eq(row.account, actor.id) },
})

export type AuthIdentity = RecordOf<typeof authIdentities>

export function identitiesOf(db: AuthDb) {
  return apiOf<typeof authIdentities>('auth-identities', db)
}

/** Undefined: nobody here has connected it. */
export async function findIdentity(
  { issuer, subject }: Identity,
  accounts: string,
  db: AuthDb,
): Promise<AuthIdentity | undefined> {
  const found = await identitiesOf(db).first({ where: { accounts, issuer, subject } })
  return found
}

export async function connectIdentity(
  { provider, issuer, subject, email }: Identity,
  { id: account, accounts }: Pick<AuthAccount, 'id' | 'accounts'>,
  now: string,
  db: AuthDb,
): Promise<void> {
  await identitiesOf(db).create({ account, accounts, provider, issuer, subject, email: email ?? null, lastUsedAt: now })
}
