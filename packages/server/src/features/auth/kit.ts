import type { FeatureContext, FeatureRoute, KnownActor, MadeFromRows, Outbox } from '../../plugin.ts'
import { authErrors } from './errors.ts'
import type { AccountKind, AuthSettings } from './options.ts'
import type { PasswordPolicy } from './passwords/check-password.ts'
import type { PasswordHasher } from './passwords/hash-passwords.ts'
import type { Cookies } from './sessions/cookie.ts'
import type { AuthAccount, AuthDb, AuthSession } from './tables.ts'

/** What every part of sign-in works with. Made once at the start. */
export interface AuthKit {
  readonly settings: AuthSettings
  readonly context: FeatureContext<AuthDb>
  /** Acts as the system. */
  readonly db: AuthDb
  readonly cookies: Cookies
  readonly hasher: PasswordHasher
  readonly policy: PasswordPolicy
  /** Collections besides those of the core that `actorFor` reads. */
  readonly actorSources: readonly string[]
  /** Who somebody with this session is, and the further rows that follows from. */
  actorFor(
    account: AuthAccount,
    session: AuthSession,
  ): Promise<{ readonly actor: KnownActor; readonly rows: MadeFromRows<unknown>['rows'] }>
}

/** A part of sign-in: a folder beside this file, and a line in `parts.ts`. */
export interface AuthPart {
  readonly routes?: (kit: AuthKit) => readonly FeatureRoute[]
  /** Done every hour. */
  readonly tidy?: (kit: AuthKit) => Promise<void>
}

/**
 * The accounts of a name; the usual ones when there is none.
 *
 * @throws auth_unknown_accounts
 */
export function requireKind(name: string | null, { settings }: AuthKit): AccountKind {
  const kind = name === null ? settings.accounts[0] : settings.accounts.find((known) => known.name === name)
  if (kind !== undefined) return kind
  const known = settings.accounts.map((each) => each.name).join(', ')
  throw authErrors.unknown_accounts({ details: { accounts: name, known } })
}

/** Who it is, as it is compared: mail servers do not tell `Ada@` from `ada@` in practice, and two accounts of one must not be. */
export function loginOf(kind: Pick<AccountKind, 'name'>, email: string): string {
  return `${kind.name}:${email.toLowerCase()}`
}

/** Sends a mail once the surrounding transaction is committed. */
export function sendMail(jobs: Outbox, template: string, to: string, input: object): Promise<void> {
  return jobs.add('mail.send', { template, to, input })
}

/** A link to a page, from the configured address only. The token is behind the `#`: it reaches no log and no other site. */
export function linkTo(page: string, token: string, { settings, context }: AuthKit): string {
  const pages = settings.pages ?? `${context.surroundings.baseUrl ?? ''}/auth`
  return `${pages}/${page}#token=${token}`
}
