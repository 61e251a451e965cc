import type { Profile } from '../identity.ts'
import type { Asking, ClientOptions, OAuthProvider } from '../provider.ts'

export function github(client: ClientOptions): OAuthProvider {
  return {
    kind: 'oauth',
    name: 'github',
    label: 'GitHub',
    registration: 'Make an OAuth app at https://github.com/settings/developers.',
    issuer: 'https://github.com/login/oauth', // what it sends as `iss`
    authorizationEndpoint: 'https://github.com/login/oauth/authorize',
    tokenEndpoint: 'https://github.com/login/oauth/access_token',
    scopes: ['read:user', 'user:email'],
    clientAuthentication: 'post',
    profile: githubProfile,
    ...client,
  }
}

async function githubProfile({ get }: Asking): Promise<Profile> {
  const [user, emails] = await Promise.all([
    get('https://api.github.com/user', headers) as Promise<GithubUser | undefined>,
    get('https://api.github.com/user/emails', headers) as Promise<readonly GithubEmail[] | undefined>,
  ])
  // The address of the profile is what people write there: only the list says which ones were verified.
  const primary = Array.isArray(emails) ? emails.find((each) => each.primary) : undefined
  return {
    subject: String(user?.id ?? ''), // not `login`, which can be given up and taken by somebody else
    email: primary?.email,
    isEmailVerified: primary?.verified === true,
    name: user?.name ?? user?.login,
    picture: user?.avatar_url,
  }
}

const headers = { Accept: 'application/vnd.github+json', 'X-GitHub-Api-Version': '2022-11-28' }

interface GithubUser {
  readonly id: number
  readonly login: string
  readonly name: string | null
  readonly avatar_url: string
}

interface GithubEmail {
  readonly email: string
  readonly primary: boolean
  readonly verified: boolean
}
