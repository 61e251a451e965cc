import type { Claims, ClientOptions, OpenIdProvider } from '../provider.ts'
import { standardProfile } from './standard-profile.ts'

export interface MicrosoftOptions extends ClientOptions {
  /** `common` (everybody), `organizations`, `consumers`, or the id of one tenant. Default `common`. */
  readonly tenant?: string
  /** Only accounts of these tenants, by their ids. Default: all that `tenant` lets through. */
  readonly tenants?: readonly string[]
}

export function microsoft({ tenant = 'common', tenants, ...client }: MicrosoftOptions): OpenIdProvider {
  return {
    kind: 'openid',
    name: 'microsoft',
    label: 'Microsoft',
    registration:
      'Register an application with the platform Web at https://entra.microsoft.com, under App registrations.',
    // Each tenant is an issuer of its own: the token names it (`tid`), and openid-client demands that `iss` is that tenant's.
    issuer: `https://login.microsoftonline.com/${encodeURIComponent(tenant)}/v2.0`,
    scopes: ['openid', 'profile', 'email'],
    clientAuthentication: 'post',
    parameters: { prompt: 'select_account' },
    profile: (claims) => ({ ...standardProfile(claims), isEmailVerified: isOwnDomain(claims) }),
    isWelcome: ({ tid }) => tenants === undefined || tenants.includes(String(tid)),
    ...client,
  }
}

/**
 * An administrator of any tenant can write any address into an account (known as nOAuth). Only the optional claim `xms_edov` says that
 * the tenant owns the domain of the address.
 */
function isOwnDomain({ xms_edov: claim }: Claims): boolean {
  return claim === true || claim === 1 || claim === '1' || claim === 'true'
}
