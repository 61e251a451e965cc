import {
  defineFeature,
  type Feature,
  type FeatureContext,
  type FeatureRuntime,
  type KnownActor,
  webFetch,
} from '../../plugin.ts'
import { managedTables } from './access/accounts/managed-tables.ts'
import { accountHooks } from './account-hooks.ts'
import { actorFromSession } from './actor-from-session.ts'
import { authErrors } from './errors.ts'
import type { AuthKit, AuthPart } from './kit.ts'
import { coreMails } from './mails/mails.ts'
import { manageAccounts } from './manage/manage-accounts.ts'
import { type AuthOptions, type AuthSettings, settingsFrom } from './options.ts'
import { authParts } from './parts.ts'
import { createBreachedPasswords } from './passwords/breached.ts'
import { createPasswordPolicy } from './passwords/check-password.ts'
import { createPasswordHasher } from './passwords/hash-passwords.ts'
import { cookiesFor } from './sessions/cookie.ts'
import { requireOwnSite } from './sessions/same-origin.ts'
import { createSessionReader, type SessionReader, sessionMark } from './sessions/sessions.ts'
import { type AuthDb, coreTables } from './tables.ts'
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
  const parts = authParts.filter(({ isUsed }) => isUsed?.(options) ?? true)
  const made = parts.flatMap(({ collections = [], collectionsFor }) => [
    ...collections,
    ...(collectionsFor?.(options) ?? []),
  ])
  const started: { kit?: AuthKit } = {}
  const kit = () => started.kit!
  return defineFeature({
    name: 'auth',
    collections: managedTables([...coreTables, ...made], options),
    mails: [...coreMails, ...parts.flatMap(({ mails = [] }) => mails)],
    hooks: [
      ...settings.accounts.flatMap(({ name }) => accountHooks(name)),
      ...parts.flatMap(({ hooks }) => hooks?.(options, kit) ?? []),
    ],
    start(context) {
      started.kit = kitOf(options, settings, parts, context as unknown as FeatureContext<AuthDb>)
      return startAuth(started.kit, parts)
    },
  })
}

async function startAuth(kit: AuthKit, parts: readonly AuthPart[]): Promise<FeatureRuntime> {
  const sessions = createSessionReader(kit, kit.actorSources)
  const others = parts.flatMap(({ authenticate }) => authenticate?.(kit) ?? [])
  for (const { started } of parts) await started?.(kit)
  return {
    routes: parts.flatMap(({ routes }) => routes?.(kit) ?? []),
    deliver: Object.assign({}, ...parts.map(({ deliver }) => deliver?.(kit))),
    authenticate: (credentials) => authenticate(credentials, sessions, kit) ?? firstOf(others, credentials),
    accounts: manageAccounts(kit),
    async greet(url) {
      warnOfLinks(kit)
      const texts = await Promise.all(parts.map(({ greet }) => greet?.(url, kit)))
      return texts.filter((text) => text !== undefined).join('\n') || undefined
    },
    async tidy() {
      await tidyAuth(kit)
      for (const { tidy } of parts) await tidy?.(kit)
    },
    async stop() {
      await sessions.finish()
      for (const { stop } of parts) await stop?.(kit)
    },
  }
}

function kitOf(
  options: AuthOptions,
  settings: AuthSettings,
  parts: readonly AuthPart[],
  context: FeatureContext<AuthDb>,
): AuthKit {
  const actorParts = parts.flatMap(({ actor }) => actor ?? [])
  const kit: AuthKit = {
    options,
    settings,
    context,
    db: context.db,
    cookies: cookiesFor(context.surroundings),
    hasher: createPasswordHasher(settings.hashing, context.log),
    policy: createPasswordPolicy({
      applicationName: context.model.name,
      isBreached: breachesFrom(options, context),
      ...settings.passwords,
    }),
    actorSources: actorParts.flatMap(({ from }) => from),
    actorFor: (account, session) => actorFromSession(account, session, actorParts, kit),
  }
  return kit
}

function breachesFrom({ passwords }: AuthOptions, { fetch, log }: FeatureContext<AuthDb>) {
  const address = passwords?.breached?.address
  return address === undefined ? undefined : createBreachedPasswords({ address, request: webFetch(fetch), log })
}

/** Asks one after the other; parts that know the credentials are not many, and most answer at once. */
function firstOf(parts: readonly Authenticate[], credentials: Parameters<Authenticate>[0]): ReturnType<Authenticate> {
  for (const part of parts) {
    const answer = part(credentials)
    if (answer !== undefined) return answer
  }
  return undefined
}

function warnOfLinks({ settings, context: { surroundings, log } }: AuthKit): void {
  if (settings.pages === undefined && surroundings.baseUrl === undefined)
    log.warn(
      {},
      'BASE_URL is not set, so that links in mails lead nowhere. Set it to the address of this server, as in https://shop.example.',
    )
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
  if (!isSafe(method)) requireOwnSite(headers, kit.context.surroundings)
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
