import { collection, instant, list, type RecordOf, text } from '../../../../plugin.ts'
import { type AuthDb, apiOf } from '../../tables.ts'

/** Who was invited by whom, to what. Seen and taken back by the routes of invitations. */
export const authInvitations = collection('auth-invitations', {
  description: 'Invitations that were sent by mail.',
  fields: {
    email: text({ max: 254 }),
    /** The collection of accounts that a new account is made in. */
    accounts: text({ max: 60 }),
    roles: list(text({ max: 100 }), { max: 20 }),
    tenant: text({ max: 60, optional: true }),
    /** The account of whoever invites. */
    by: text({ max: 60 }),
    expiresAt: instant(),
    acceptedAt: instant({ optional: true }),
    /** The id of the secret in the mail. */
    secret: text({ max: 60, private: true }),
  },
  indexes: [['by'], ['tenant'], ['expiresAt']],
})

export type Invitation = RecordOf<typeof authInvitations>

export function invitationsOf(db: AuthDb) {
  return apiOf<typeof authInvitations>('auth-invitations', db)
}
