import { type FeatureRoute, instant, type LooseDb, list, object, route, sendMail, text } from '../../../plugin.ts'
import { writeAudit } from '../audit.ts'
import { authErrors } from '../errors.ts'
import { requireSession } from '../sessions/session-routes.ts'
import { visitorOf } from '../sessions/visitor.ts'
import { requireRecent } from '../sign-in/recent.ts'
import type { AuthAccount, AuthDb } from '../tables.ts'
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
      const { session, account: known } = await requireSession(request, kit)
      requireRecent(session, request.now)
      return request.once(async ({ db, jobs, now }) => {
        const account = await holdAccount(known.id, db)
        const identity = await identitiesOf(db).first({ where: { id: request.params.id!, account: account.id } })
        if (identity === undefined) throw socialErrors.identity_unknown()
        await identitiesOf(db).delete(identity.id)
        if (!(await hasWayIn(account, db, social))) throw socialErrors.last_way_in()
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

/** Of two who take away a way in at the same time, one has to wait and look again. */
async function holdAccount(id: string, db: AuthDb): Promise<AuthAccount> {
  const { version, generation } = await db['auth-accounts'].get(id)
  const held = await db['auth-accounts'].updateIf(id, { version }, { generation })
  if (held === undefined) throw authErrors.changed_meanwhile()
  return held
}

async function hasWayIn(
  { id, passwordHash, emailVerifiedAt }: AuthAccount,
  db: AuthDb,
  { kit }: Social,
): Promise<boolean> {
  const { magicLink = false, code = false } = kit.options.passwordless ?? {}
  if (passwordHash !== null || ((magicLink || code) && emailVerifiedAt !== null)) return true
  if ((await identitiesOf(db).count({ account: id })) > 0) return true
  const hasPasskeys = kit.context.model.collections.has('auth-passkeys')
  return hasPasskeys && (await (db as unknown as LooseDb)['auth-passkeys']!.count({ account: id })) > 0
}
