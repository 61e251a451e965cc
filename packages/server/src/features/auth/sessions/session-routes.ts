import {
  boolean,
  type FeatureRoute,
  instant,
  integer,
  list,
  object,
  type RouteRequest,
  route,
  text,
} from '../../../plugin.ts'
import { accessErrors } from '../access/errors.ts'
import { ownCookie } from '../access/impersonation/own-cookie.ts'
import { renewAccount } from '../accounts/renew-account.ts'
import { writeAudit } from '../audit.ts'
import { authErrors } from '../errors.ts'
import type { AuthKit, AuthPart } from '../kit.ts'
import { factorErrors } from '../second-factor/errors.ts'
import type { AuthDb, AuthSession } from '../tables.ts'
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

/**
 * The session that a request came with, and its account: of the owner, and not of an administrator who acts as them.
 *
 * @param stage  `enrol`: also for whoever still has to set up a second factor, and can do nothing else.
 * @throws auth_sign_in_required, auth_enrolment_required, auth_impersonated
 */
export async function requireSession(
  request: Pick<RouteRequest, 'actor'>,
  kit: AuthKit,
  stage: 'full' | 'enrol' = 'full',
) {
  const found = await requireAnySession(request, kit, stage)
  if (found.session.impersonator !== null) throw accessErrors.impersonated()
  return found
}

/** Like `requireSession`, also for an administrator who acts as the owner: for what takes nothing away from them. */
export async function requireAnySession(
  { actor }: Pick<RouteRequest, 'actor'>,
  { db }: AuthKit,
  stage: 'full' | 'enrol' = 'full',
) {
  const session = actor.session === undefined ? undefined : await db['auth-sessions'].findOne(actor.session)
  const account = session && (await db['auth-accounts'].findOne(session.account))
  if (session === undefined || account === undefined) throw authErrors.sign_in_required()
  if (stage === 'full' && session.stage !== 'full') throw factorErrors.enrolment_required()
  return { session, account }
}

function shown(session: AuthSession, current: string) {
  const { id, createdAt, lastUsedAt, expiresAt, transport, methods, userAgent, address } = session
  return { id, isCurrent: id === current, createdAt, lastUsedAt, expiresAt, transport, methods, userAgent, address }
}
