import type { AuthPart } from '../../kit.ts'
import { invitationMail } from '../mails.ts'
import { type AccessOptions, hasManagers } from '../options.ts'
import { acceptRoute } from './accept.ts'
import { authInvitations, invitationsOf } from './invitations.ts'
import { inviterRoutes } from './invite.ts'

/** Inviting people by mail: to a tenant, or to have an account at all. */
export const invitations: AuthPart = {
  isUsed: (options: AccessOptions) => hasManagers(options) || options.tenants !== undefined,
  collections: [authInvitations],
  mails: [invitationMail],
  routes: (kit) => [...inviterRoutes(kit), acceptRoute(kit)],
  async tidy({ db, context }) {
    const before = new Date(context.clock.nowMs() - 30 * 86_400_000).toISOString()
    const { data } = await invitationsOf(db).find({ where: { expiresAt: { lt: before } }, limit: 1_000 })
    for (const { id } of data) await invitationsOf(db).delete(id)
  },
}
