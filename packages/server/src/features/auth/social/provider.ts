import type { MaybePromise } from '../../../plugin.ts'
import type { Profile } from './identity.ts'

/** Somebody else who knows people: facts, and how what it tells becomes a profile. Made by `google(…)`, `oidc(…)` and the like. */
export type SocialProvider = OpenIdProvider | OAuthProvider

interface ProviderFacts {
  /** In paths and in the data: `google`. */
  readonly name: string
  /** For people: `Google`. */
  readonly label: string
  /** Where the application is registered, and as what; a sentence. */
  readonly registration: string
  /** Undefined: not set up in this environment, nobody can sign in with it. */
  readonly clientId: string | undefined
  /** Undefined: a public client, which has PKCE only. A function makes one for each use. */
  readonly clientSecret: string | (() => string) | undefined
  /** How the secret is sent. Undefined: as the provider's metadata says, `basic` first. */
  readonly clientAuthentication?: 'basic' | 'post' | undefined
  readonly scopes: readonly string[]
  /** More for the page of the provider, such as `{ prompt: 'select_account' }`. */
  readonly parameters?: Readonly<Record<string, string>>
}

/** Speaks OpenID Connect: endpoints and keys are found by discovery, an ID token says who it is. */
export interface OpenIdProvider extends ProviderFacts {
  readonly kind: 'openid'
  /** Where discovery begins. */
  readonly issuer: string
  /** `form_post`: the browser comes back by a POST from the other site, to which it sends no `SameSite=Lax` cookies. */
  readonly responseMode?: 'form_post'
  /** @param callback  what the browser brought back. */
  profile(claims: Claims, callback: URLSearchParams): Profile
  /** Whether accounts of this kind may sign in. Default: all. */
  isWelcome?(claims: Claims): boolean
}

/** Speaks OAuth 2 only: who it is has to be asked for. */
export interface OAuthProvider extends ProviderFacts {
  readonly kind: 'oauth'
  /** As the provider calls itself (RFC 9207), or its address. */
  readonly issuer: string
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  profile(asking: Asking): MaybePromise<Profile>
}

/** Of an ID token or the user information; not yet looked at, but for `iss` and `sub`. */
export interface Claims {
  readonly iss: string
  readonly sub: string
  readonly [name: string]: unknown
}

/** Asks the provider with the access token of somebody who just signed in. */
export interface Asking {
  readonly accessToken: string
  /** Undefined: it may not be asked for, or is not there. @throws social_unavailable */
  get(url: string, headers?: Readonly<Record<string, string>>): Promise<unknown>
}

/** What every provider has to be told about the application. */
export interface ClientOptions {
  /** Undefined: not set up in this environment. */
  readonly clientId: string | undefined
  readonly clientSecret: string | undefined
}
