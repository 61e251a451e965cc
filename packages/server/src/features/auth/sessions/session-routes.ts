import { boolean, type FeatureRoute, instant, integer, list, object, route, text } from '../../../plugin.ts'
import { endActing } from '../access/impersonation/end-impersonations.ts'
import { ownCookie } from '../access/impersonation/own-cookie.ts'
import { renewAccount } from '../accounts/renew-account.ts'
import { writeAudit } from '../audit.ts'
import { authErrors } from '../errors.ts'
import type { AuthKit, AuthPart } from '../kit.ts'
import type { AuthDb, AuthSession } from '../tables.ts'
import { requireAnySession, requireSession } from './require-session.ts'
import { endSession } from './sessions.ts'
import { visitorOf } from './visitor.ts'

/** Seeing and ending sessions. */
export const sessionRoutes: AuthPart = {
  routes: (kit) => [whoRoute(kit), listRoute(kit), signOutRoute(kit), endRoute(kit), endAllRoute(kit)],
}

const sessionOutput = {
  id: text(),
  isCurrent: boolean(),
  createdAt: instant(),
  lastUsedAt: instant(),
  expiresAt: instant(),
  transport: text(),
  methods: list(text()),
  userAgent: text({ optional: true }),
  address: text({ optional: true }),
}

function whoRoute(kit: AuthKit): FeatureRoute {
  return route<{}, AuthDb>('GET', '/api/auth/session', {
    summary: 'Who is signed in',
    output: {
      account: object({ id: text(), accounts: text(), email: text(), isEmailVerified: boolean() }),
      roles: list(text()),
      permissions: list(text()),
      factors: list(text()),
      session: object(sessionOutput),
      stage: text(),
      tenant: text({ optional: true }),
      impersonator: text({ optional: true }),
    },
    async run(request) {
      const { session, account } = await requireAnySession(request, kit, 'enrol')
      const { actor } = request
      return {
        body: {
          account: {
            id: account.id,
            accounts: account.accounts,
            email: account.email,
            isEmailVerified: account.emailVerifiedAt !== null,
          },
          roles: actor.roles,
          permissions: actor.permissions ?? [],
          factors: account.factors,
          session: shown(session, session.id),
          stage: session.stage,
          tenant: actor.tenant ?? null,
          impersonator: session.impersonator,
        },
      }
    },
  })
}

function listRoute(kit: AuthKit): FeatureRoute {
  return route<{}, AuthDb>('GET', '/api/auth/sessions', {
    summary: 'Where this account is signed in',
    output: { data: list(object(sessionOutput)), count: integer() },
    async run(request) {
      const { session } = await requireSession(request, kit)
      const { data } = await kit.db['auth-sessions'].find({
        where: { account: session.account, expiresAt: { gt: request.now } },
        sort: '-lastUsedAt',
        limit: 100,
      })
      return { body: { data: data.map((each) => shown(each, session.id)), count: data.length } }
    },
  })
}

function signOutRoute(kit: AuthKit): FeatureRoute {
  return route<{}, AuthDb>('POST', '/api/auth/sign-out', {
    summary: 'Sign out here',
    async run(request) {
      const { session: id } = request.actor
      if (id !== undefined)
        await kit.context.transaction(async ({ db }) => {
          const session = await db['auth-sessions'].findOne(id)
          if (session === undefined) return
          await db['auth-sessions'].delete(id)
          if (session.impersonator === null) await endActing(db, session.account)
          else await endSession(db, kit.cookies.read(request.headers.cookie, ownCookie(kit)))
          await writeAudit(db, { event: 'sign-out', account: session.account, visitor: visitorOf(request, kit) })
        })
      return { cookies: [kit.cookies.remove(kit.cookies.session), kit.cookies.remove(ownCookie(kit))] }
    },
  })
}

function endRoute(kit: AuthKit): FeatureRoute {
  return route<{}, AuthDb>('DELETE', '/api/auth/sessions/:id', {
    summary: 'End one session',
    async run(request) {
      const { account } = await requireSession(request, kit)
      return request.once(async ({ db }) => {
        const session = await db['auth-sessions'].first({ where: { id: request.params.id!, account: account.id } })
        if (session === undefined) throw authErrors.session_unknown()
        await db['auth-sessions'].delete(session.id)
        if (session.impersonator === null) await endActing(db, account.id)
        await writeAudit(db, { event: 'session-ended', account: account.id, visitor: visitorOf(request, kit) })
        return {}
      })
    },
  })
}

function endAllRoute(kit: AuthKit): FeatureRoute {
  return route<{}, AuthDb>('POST', '/api/auth/sign-out-everywhere', {
    summary: 'Sign out everywhere, here as well',
    async run(request) {
      const { account } = await requireSession(request, kit)
      return request.once(async ({ db }) => {
        await renewAccount(db, account, {})
        await writeAudit(db, { event: 'sign-out-everywhere', account: account.id, visitor: visitorOf(request, kit) })
        return { cookies: [kit.cookies.remove(kit.cookies.session)] }
      })
    },
  })
}

function shown(session: AuthSession, current: string) {
  const { id, createdAt, lastUsedAt, expiresAt, transport, methods, userAgent, address } = session
  return { id, isCurrent: id === current, createdAt, lastUsedAt, expiresAt, transport, methods, userAgent, address }
}
