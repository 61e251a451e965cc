import { type AnyCollection, type Duration, durationMs } from '../../plugin.ts'
import type { AccessOptions } from './access/options.ts'
import type { CaptchaOptions } from './defence/captcha.ts'
import type { FirstAdministratorOptions } from './manage/first-administrator.ts'
import type { PasskeyOptions } from './passkeys/passkey-options.ts'
import type { PasswordlessOptions } from './passwordless/passwordless-options.ts'
import type { PasswordPolicyOptions } from './passwords/check-password.ts'
import type { PasswordHashing } from './passwords/hash-passwords.ts'
import type { SocialProvider } from './social/provider.ts'
import type { SocialOptions } from './social/social-options.ts'
import type { JwtOptions } from './tokens/jwt-options.ts'
import type { AccountKeyOptions } from './tokens/keys/key-options.ts'

/** What an application decides about signing in. Everything but `accounts` has a safe default. */
export interface AuthOptions extends AccessOptions {
  /** The collections whose records are accounts, the usual one first. */
  readonly accounts: readonly AccountsOptions[]
  /** What a new password has to be like; how it is hashed. */
  readonly passwords?: PasswordOptions
  /** Asks a service whether a person is there, before what makes mail or could be guessed. Default: nobody is asked. */
  readonly captcha?: CaptchaOptions
  /** Signing in by mail alone: a link or a code. Default: neither. */
  readonly passwordless?: PasswordlessOptions
  /** Signing in with accounts that people have elsewhere: `[google({ clientId, clientSecret })]`. Default: nobody can. */
  readonly social?: readonly SocialProvider[] | SocialOptions
  readonly sessions?: {
    /** Ends a session that nobody uses. Default `14d`. */
    readonly idle?: Duration
    /** Ends every session. Default `90d`. */
    readonly absolute?: Duration
  }
  /** Makes the first start print a link to create an administrator. Default: none is printed. */
  readonly firstAdministrator?: FirstAdministratorOptions
  /** How long links that are sent by mail are good. Default `1h`. */
  readonly linkLifetime?: Duration
  /** Where your pages are that the links in mails lead to, such as `https://shop.example/account`. Default: `/auth` of this server. */
  readonly pages?: string
  /** How long a device that is remembered needs no second factor. Default `30d`. */
  readonly trustDevices?: Duration
  /** Access tokens for services, which they verify by `/.well-known/jwks.json`. Default: there are none. */
  readonly jwt?: JwtOptions
  /** Lets people make API keys for their own accounts. Default: they cannot. */
  readonly apiKeys?: AccountKeyOptions | true
  /** Passkeys, as second factor and as the only one. Default: off. They need the package `@simplewebauthn/server`. */
  readonly passkeys?: PasskeyOptions
  /** How long entries of the audit are kept. Default `365d`. */
  readonly auditLifetime?: Duration
}

/** What a new password has to be like; how it is hashed. */
export interface PasswordOptions extends Pick<PasswordPolicyOptions, 'minLength' | 'maxLength' | 'minStrength'> {
  /** Asks for breached passwords there, in the manner of Have I Been Pwned: `https://api.pwnedpasswords.com/range/`. Default: nobody. */
  readonly breached?: { readonly address: string }
  /** What a hash costs. Default: as OWASP advises. */
  readonly hashing?: Partial<PasswordHashing>
}

/** A collection whose records are accounts. It has a field `email` that is unique. */
export interface AccountsOptions {
  readonly collection: AnyCollection
  /** Fields of the record that people fill in when they make their own account; false: they cannot. Default false. */
  readonly register?: readonly string[] | false
  /** Fields that people fill in who were invited. Default: those of `register`. */
  readonly invited?: readonly string[]
  /** Roles that each of these accounts holds. Default none. */
  readonly roles?: readonly string[]
  /** Whether the e-mail address has to be verified before anybody can sign in. Default true. */
  readonly requiresVerifiedEmail?: boolean
  /** Whoever holds one of these roles has to have a second factor. Default none. */
  readonly requireMfa?: readonly string[]
}

/** The options with every default filled in; times in milliseconds. */
export interface AuthSettings {
  readonly accounts: readonly AccountKind[]
  readonly passwords: PasswordPolicyOptions
  readonly hashing: Partial<PasswordHashing>
  readonly idleMs: number
  readonly absoluteMs: number
  readonly linkMs: number
  readonly pages: string | undefined
  readonly auditMs: number
  readonly trustMs: number
}

export interface AccountKind {
  /** Of the collection. */
  readonly name: string
  readonly registerFields: readonly string[] | undefined
  readonly invitedFields: readonly string[]
  readonly roles: readonly string[]
  readonly requiresVerifiedEmail: boolean
  readonly mfaRoles: readonly string[]
}

/** @param options  well formed: the times are times. */
export function settingsFrom(options: AuthOptions): AuthSettings {
  const { hashing = {}, breached: _, ...passwords } = options.passwords ?? {}
  return Object.freeze({
    passwords,
    hashing,
    accounts: Object.freeze(options.accounts.map(accountKind)),
    idleMs: durationMs(options.sessions?.idle ?? '14d')!,
    absoluteMs: durationMs(options.sessions?.absolute ?? '90d')!,
    linkMs: durationMs(options.linkLifetime ?? '1h')!,
    pages: options.pages?.replace(/\/$/, ''),
    trustMs: durationMs(options.trustDevices ?? '30d')!,
    auditMs: durationMs(options.auditLifetime ?? '365d')!,
  })
}

function accountKind(options: AccountsOptions): AccountKind {
  const { collection, register = false, roles = [], requiresVerifiedEmail = true, requireMfa = [] } = options
  return Object.freeze({
    name: collection.name,
    registerFields: register === false ? undefined : Object.freeze([...register]),
    invitedFields: Object.freeze([...(options.invited ?? (register === false ? [] : register))]),
    roles: Object.freeze([...roles]),
    requiresVerifiedEmail,
    mfaRoles: Object.freeze([...requireMfa]),
  })
}
