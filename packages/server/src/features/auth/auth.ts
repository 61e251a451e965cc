import { defineFeature, type Feature, type FeatureContext, type FeatureRuntime, type KnownActor } from '../../plugin.ts'
import { accountHooks } from './account-hooks.ts'
import { authErrors } from './errors.ts'
import { type AuthKit, requireKind } from './kit.ts'
import { type AuthOptions, type AuthSettings, settingsFrom } from './options.ts'
import { authParts } from './parts.ts'
import { createPasswordPolicy } from './passwords/check-password.ts'
import { createPasswordHasher } from './passwords/hash-passwords.ts'
import { cookiesFor } from './sessions/cookie.ts'
import { requireOwnSite } from './sessions/same-origin.ts'
import { createSessionReader, type SessionReader, sessionMark } from './sessions/sessions.ts'
import { type AuthAccount, type AuthDb, type AuthSession, coreTables } from './tables.ts'
import { tidyAuth } from './tidy.ts'

/**
 * Sign-in: accounts, sessions, and every way to prove who one is.
 *
 * ```ts
 * defineApp({ …, features: [auth({ accounts: [{ collection: customers, register: ['name'] }] })] })
 * ```
 */
export function auth(options: AuthOptions): Feature {
  const settings = settingsFrom(options)
  return defineFeature({
    name: 'auth',
    collections: coreTables,
    hooks: settings.accounts.flatMap(({ name }) => accountHooks(name)),
    start: (context) => startAuth(settings, context),
  })
}

function startAuth(settings: AuthSettings, context: FeatureContext<AuthDb>): FeatureRuntime {
  const kit = kitOf(settings, context)
  const sessions = createSessionReader(kit)
  return {
    routes: authParts.flatMap(({ routes }) => routes?.(kit) ?? []),
    authenticate: (credentials) => authenticate(credentials, sessions, kit),
    tidy: () => tidyAuth(kit),
    stop: () => sessions.finish(),
  }
}

function kitOf(settings: AuthSettings, context: FeatureContext<AuthDb>): AuthKit {
  const kit: AuthKit = {
    settings,
    context,
    db: context.db,
    cookies: cookiesFor(context.surroundings),
    hasher: createPasswordHasher(settings.hashing, context.log),
    policy: createPasswordPolicy({ applicationName: context.model.name, ...settings.passwords }),
    actorSources: [],
    actorFor: async (account, session) => ({ actor: actorOf(account, session, kit), rows: [] }),
  }
  return kit
}

function actorOf(account: AuthAccount, session: AuthSession, kit: AuthKit): KnownActor {
  const { roles } = requireKind(account.accounts, kit)
  const isFull = session.stage === 'full'
  return Object.freeze({
    kind: 'user',
    id: account.id,
    roles: isFull ? Object.freeze(kit.context.expandRoles([...roles, ...account.roles])) : [],
    accounts: account.accounts,
    session: session.id,
    authenticatedAt: session.authenticatedAt,
    // Whoever still has to set up a second factor can do that, and nothing else.
    ...(!isFull && { scopes: [] }),
    ...(session.tenant !== null && { tenant: session.tenant }),
    ...(session.impersonator !== null && { impersonator: session.impersonator }),
  })
}

type Authenticate = NonNullable<FeatureRuntime['authenticate']>

/** A bearer has to be good; a cookie that is not is nobody's. */
function authenticate(
  { authorization = '', cookie, method, headers = {} }: Parameters<Authenticate>[0],
  sessions: SessionReader,
  kit: AuthKit,
): ReturnType<Authenticate> {
  const bearer = /^Bearer +(gls_[^\s]+)$/i.exec(authorization)?.[1]
  if (bearer !== undefined) return requireActor(sessions.actorOf(bearer))
  const token = authorization === '' ? kit.cookies.read(cookie, kit.cookies.session) : undefined
  if (token === undefined || !token.startsWith(sessionMark)) return undefined
  if (!isSafe(method)) requireOwnSite(headers, kit.context.surroundings.baseUrl)
  return sessions.actorOf(token)
}

function requireActor(found: ReturnType<SessionReader['actorOf']>): ReturnType<Authenticate> {
  if (found instanceof Promise) return found.then(requireSomebody)
  return requireSomebody(found)
}

function requireSomebody(actor: KnownActor | undefined): KnownActor {
  if (actor === undefined) throw authErrors.session_ended()
  return actor
}

function isSafe(method: string | undefined): boolean {
  return method === undefined || method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}
