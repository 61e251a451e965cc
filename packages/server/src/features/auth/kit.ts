import {
  type AnyCollection,
  type FeatureContext,
  type FeatureRoute,
  type FeatureRuntime,
  type Hook,
  hintFor,
  type Job,
  type KnownActor,
  type MadeFromRows,
  type MailTemplate,
} from '../../plugin.ts'
import { authErrors } from './errors.ts'
import type { AccountKind, AuthOptions, AuthSettings } from './options.ts'
import type { PasswordPolicy } from './passwords/check-password.ts'
import type { PasswordHasher } from './passwords/hash-passwords.ts'
import type { Cookies } from './sessions/cookie.ts'
import type { AuthAccount, AuthDb, AuthSession } from './tables.ts'

/** What every part of sign-in works with. Made once at the start. */
export interface AuthKit {
  /** As the application gave them; `settings` has what all parts need, with the defaults. */
  readonly options: AuthOptions
  readonly settings: AuthSettings
  readonly context: FeatureContext<AuthDb>
  /** Acts as the system. */
  readonly db: AuthDb
  readonly cookies: Cookies
  readonly hasher: PasswordHasher
  readonly policy: PasswordPolicy
  /** Collections that `actorFor` reads, beside the account and the session. */
  readonly actorSources: readonly string[]
  /** Who somebody with this session is, and the rows that follows from. */
  actorFor(account: AuthAccount, session: AuthSession): Promise<MadeFromRows<KnownActor>>
}

/** A part of sign-in: a folder beside this file, and a line in `parts.ts`. */
export interface AuthPart {
  /** Its own collections. */
  readonly collections?: readonly AnyCollection[]
  /** Those that depend on the options. */
  readonly collectionsFor?: (options: AuthOptions) => readonly AnyCollection[]
  /** Whether an application needs this part. Default: every one does. */
  readonly isUsed?: (options: AuthOptions) => boolean
  /** @param kit  there when the application has started, as it has when a hook runs. */
  readonly hooks?: (options: AuthOptions, kit: () => AuthKit) => readonly Hook[]
  readonly routes?: (kit: AuthKit) => readonly FeatureRoute[]
  /** Says who sends credentials that no session is behind. */
  readonly authenticate?: (kit: AuthKit) => NonNullable<FeatureRuntime['authenticate']>
  /** What more there is to know of whoever is signed in. */
  readonly actor?: ActorPart
  readonly mails?: readonly MailTemplate[]
  /** Work that is done after the request that asks for it. */
  readonly jobs?: (kit: AuthKit) => readonly Job[]
  /** Called once when the application has started. */
  readonly started?: (kit: AuthKit) => Promise<void>
  /** What whoever started the server has to know. */
  readonly greet?: (url: string, kit: AuthKit) => Promise<string | undefined>
  /** Done every hour. */
  readonly tidy?: (kit: AuthKit) => Promise<void>
  /** Finishes what is in work. */
  readonly stop?: (kit: AuthKit) => Promise<void>
}

/** Adds to an actor: further roles, permissions, the tenant. */
export interface ActorPart {
  /** Collections that `extend` reads: an actor is made anew when they change. */
  readonly from: readonly string[]
  /** @param actor  with the roles of the account; what comes out may hold more or fewer. */
  extend(actor: KnownActor, session: AuthSession, kit: AuthKit, account: AuthAccount): Promise<MadeFromRows<KnownActor>>
}

/**
 * The accounts of a name; the usual ones when there is none.
 *
 * @throws auth_unknown_accounts
 */
export function requireKind(name: string | null, { settings }: AuthKit): AccountKind {
  const kind = name === null ? settings.accounts[0] : settings.accounts.find((known) => known.name === name)
  if (kind !== undefined) return kind
  const names = settings.accounts.map((each) => each.name)
  const hint = hintFor(String(name), names)
  throw authErrors.unknown_accounts({ details: { accounts: name, hint, known: names.join(', ') } })
}

/** Who it is, as it is compared: mail servers do not tell `Ada@` from `ada@` in practice, and two accounts of one must not be. */
export function loginOf(kind: Pick<AccountKind, 'name'>, email: string): string {
  return `${kind.name}:${email.toLowerCase()}`
}
