import type { ClientOptions, OpenIdProvider } from '../provider.ts'
import { standardProfile } from './standard-profile.ts'

export interface GoogleOptions extends ClientOptions {
  /** Only accounts of this organization of Google Workspace: `shop.example`. */
  readonly hostedDomain?: string
}

export function google({ hostedDomain, ...client }: GoogleOptions): OpenIdProvider {
  return {
    kind: 'openid',
    name: 'google',
    label: 'Google',
    registration:
      'Make an OAuth client of the type Web application at https://console.cloud.google.com/apis/credentials.',
    issuer: 'https://accounts.google.com',
    scopes: ['openid', 'email', 'profile'],
    clientAuthentication: 'post',
    parameters: { prompt: 'select_account', ...(hostedDomain === undefined ? {} : { hd: hostedDomain }) },
    profile: standardProfile,
    // The parameter `hd` only chooses what is offered; the claim is what counts.
    isWelcome: (claims) => hostedDomain === undefined || claims.hd === hostedDomain,
    ...client,
  }
}
