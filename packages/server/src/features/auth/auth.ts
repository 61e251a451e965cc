import { defineFeature, type Feature, type FeatureContext, type FeatureRuntime, webFetch } from '../../plugin.ts'
import { managedTables } from './access/accounts/managed-tables.ts'
import { accountHooks } from './account-hooks.ts'
import { actorFromSession } from './actor-from-session.ts'
import { checkAuthOptions, isWellFormed } from './check-options/check-auth-options.ts'
import type { AuthKit, AuthPart } from './kit.ts'
import { coreMails } from './mails/mails.ts'
import { manageAccounts } from './manage/manage-accounts.ts'
import { type AuthOptions, type AuthSettings, settingsFrom } from './options.ts'
import { authParts } from './parts.ts'
import { createBreachedPasswords } from './passwords/breached.ts'
import { createPasswordPolicy } from './passwords/check-password.ts'
import { createPasswordHasher } from './passwords/hash-passwords.ts'
import { authenticateSession } from './sessions/authenticate-session.ts'
import { cookiesFor } from './sessions/cookie.ts'
import { createSessionReader } from './sessions/sessions.ts'
import { type AuthDb, coreTables } from './tables.ts'
import { tidyAuth } from './tidy.ts'

/**
 * Sign-in: accounts, sessions, and every way to prove who one is.
 *
 * ```ts
 * defineApp({ …, features: [auth({ accounts: [{ collection: customers, register: ['name'] }] })] })
 * ```
 *
 * Options that cannot be meant are told when the application is compiled, all of them at once.
 */
export function auth(options: AuthOptions): Feature {
  const check: Feature['check'] = (model, problems) => checkAuthOptions(options, model, problems)
  return isWellFormed(options) ? featureFrom(options, check) : neverStarted(check)
}

/** Nothing can be made of the options; what the application refers to is there, so that only their problems are told. */
function neverStarted(check: Feature['check']): Feature {
  const made = authParts.flatMap(({ collections = [] }) => collections)
  return defineFeature({ name: 'auth', collections: [...coreTables, ...made], check })
}

function featureFrom(options: AuthOptions, check: Feature['check']): Feature {
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
    check,
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
  const ways = [authenticateSession(sessions, kit), ...parts.flatMap(({ authenticate }) => authenticate?.(kit) ?? [])]
  for (const { started } of parts) await started?.(kit)
  return {
    routes: parts.flatMap(({ routes }) => routes?.(kit) ?? []),
    jobs: parts.flatMap(({ jobs }) => jobs?.(kit) ?? []),
    authenticate: (credentials) => firstOf(ways, credentials),
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

type Authenticate = NonNullable<FeatureRuntime['authenticate']>

/** Asks one after the other; those that know the credentials are not many, and most answer at once. */
function firstOf(ways: readonly Authenticate[], credentials: Parameters<Authenticate>[0]): ReturnType<Authenticate> {
  for (const way of ways) {
    const answer = way(credentials)
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
