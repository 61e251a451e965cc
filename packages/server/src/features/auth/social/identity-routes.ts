import { type FeatureRoute, instant, list, object, route, sendMail, text } from '../../../plugin.ts'
import { writeAudit } from '../audit.ts'
import { requireSession } from '../sessions/require-session.ts'
import { visitorOf } from '../sessions/visitor.ts'
import { requireRecent } from '../sign-in/recent.ts'
import { requireWayIn } from '../sign-in/ways-in.ts'
import type { AuthDb } from '../tables.ts'
import { socialErrors } from './errors.ts'
import { identitiesOf } from './identities.ts'
import { socialMails } from './mails.ts'
import type { Social } from './social.ts'

/** The providers that are connected to the own account. */
export function listRoute({ kit }: Social): FeatureRoute {
  const identity = {
    id: text(),
    provider: text(),
    email: text({ optional: true }),
    createdAt: instant(),
    lastUsedAt: instant(),
  }
  return route<{}, AuthDb>('GET', '/api/auth/identities', {
    summary: 'Providers that are connected to this account',
    output: { data: list(object(identity)) },
    async run(request) {
      const { account } = await requireSession(request, kit)
      const { data } = await identitiesOf(kit.db).find({
        where: { account: account.id },
        sort: 'createdAt',
        limit: 100,
      })
      const shown = data.map(({ id, provider, email, createdAt, lastUsedAt }) => {
        return { id, provider, email, createdAt, lastUsedAt }
      })
      return { body: { data: shown } }
    },
  })
}

/** Disconnects a provider. */
export function disconnectRoute(social: Social): FeatureRoute {
  const { kit } = social
  return route<{}, AuthDb>('DELETE', '/api/auth/identities/:id', {
    summary: 'Disconnect a provider',
    description: 'Needs a sign-in of the last ten minutes. Refused (409) where it is the last way into the account.',
    async run(request) {
      const { session, account } = await requireSession(request, kit)
      requireRecent(session, request.now)
      return request.once(async ({ db, jobs, now }) => {
        const identity = await identitiesOf(db).first({ where: { id: request.params.id!, account: account.id } })
        if (identity === undefined) throw socialErrors.identity_unknown()
        await identitiesOf(db).delete(identity.id)
        await requireWayIn(account.id, db, kit)
        const { provider, issuer } = identity
        const visitor = visitorOf(request, kit)
        await writeAudit(db, {
          event: 'identity-disconnected',
          account: account.id,
          visitor,
          details: { provider, issuer },
        })
        const label = social.settings.providers.get(provider)?.label ?? provider
        await sendMail(jobs, socialMails.disconnected, { to: account.email, input: { at: now, provider: label } })
        return {}
      })
    },
  })
}
