import { isOnOwnMachine } from '../own-machine.ts'
import type { ClientOptions, OpenIdProvider } from '../provider.ts'
import { standardProfile } from './standard-profile.ts'

export interface OidcOptions extends ClientOptions {
  /** As in the `iss` of its tokens: `https://id.shop.example/realms/staff`. `http:` on the own machine only. */
  readonly issuer: string
  /** In paths: `staff`. Lower-case letters, digits and dashes. */
  readonly name: string
  /** For people. Default: the name with a capital. */
  readonly label?: string
  /** Default `openid`, `email` and `profile`. */
  readonly scopes?: readonly string[]
  /** Default: as its metadata says, `basic` first. */
  readonly clientAuthentication?: 'basic' | 'post'
  /** More for its page. */
  readonly parameters?: Readonly<Record<string, string>>
}

/** Any other OpenID provider, by discovery: Keycloak, Okta, Auth0, Entra External ID and so on. */
export function oidc({
  name,
  label,
  scopes = ['openid', 'email', 'profile'],
  ...options
}: OidcOptions): OpenIdProvider {
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(name))
    throw new TypeError(`The provider name ${name} has to be lower-case letters, digits and dashes, 40 at most.`)
  if (!isIssuer(options.issuer))
    throw new TypeError(
      `The issuer ${options.issuer} has to be an https:// address, the part before /.well-known/; http:// is for localhost only.`,
    )
  return {
    kind: 'openid',
    name,
    label: label ?? name.charAt(0).toUpperCase() + name.slice(1),
    registration: `Register a confidential web client with the authorization code flow at ${options.issuer}.`,
    scopes: scopes.includes('openid') ? scopes : ['openid', ...scopes],
    profile: standardProfile,
    ...options,
  }
}

function isIssuer(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || text.includes('/.well-known/') || url.search !== '' || url.hash !== '') return false
  return url.protocol === 'https:' || isOnOwnMachine(url)
}
