import type { ClientOptions, OpenIdProvider } from '../provider.ts'
import { standardProfile } from './standard-profile.ts'

export interface GitlabOptions extends ClientOptions {
  /** Of a GitLab of your own. Default `https://gitlab.com`. */
  readonly url?: string
}

export function gitlab({ url = 'https://gitlab.com', ...client }: GitlabOptions): OpenIdProvider {
  return {
    kind: 'openid',
    name: 'gitlab',
    label: 'GitLab',
    registration:
      'Make an application with the scopes openid, profile and email at https://gitlab.com/-/user_settings/applications.',
    issuer: url,
    scopes: ['openid', 'profile', 'email'],
    clientAuthentication: 'post',
    profile: standardProfile,
    ...client,
  }
}
