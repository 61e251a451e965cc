import { type FeatureRoute, route, sendMail } from '../../../plugin.ts'
import { writeAudit } from '../audit.ts'
import type { AuthKit, AuthPart } from '../kit.ts'
import { authMails } from '../mails/mails.ts'
import { requireSession } from '../sessions/require-session.ts'
import { visitorOf } from '../sessions/visitor.ts'
import { requireRecent } from '../sign-in/recent.ts'
import { type AuthDb, looseApiOf } from '../tables.ts'

/** Deleting one's own account. */
export const accountDeletion: AuthPart = { routes: (kit) => [deleteRoute(kit)] }

function deleteRoute(kit: AuthKit): FeatureRoute {
  return route<{}, AuthDb>('DELETE', '/api/auth/account', {
    summary: 'Delete this account',
    description:
      'Needs a sign-in of the last ten minutes. Refused (409) while other records have to refer to it, such as orders that bookkeeping keeps.',
    async run(request) {
      const { session, account } = await requireSession(request, kit)
      requireRecent(session, request.now)
      return request.once(async ({ db, jobs, now }) => {
        await writeAudit(db, { event: 'account-deleted', account: account.id, visitor: visitorOf(request, kit) })
        await looseApiOf(account.accounts, db).delete(account.id)
        await sendMail(jobs, authMails.accountDeleted, { to: account.email, input: { at: now } })
        return { cookies: [kit.cookies.remove(kit.cookies.session)] }
      })
    },
  })
}
