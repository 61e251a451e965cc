import type { Profile } from '../identity.ts'
import type { Asking, ClientOptions, OAuthProvider } from '../provider.ts'

export function discord(client: ClientOptions): OAuthProvider {
  return {
    kind: 'oauth',
    name: 'discord',
    label: 'Discord',
    registration: 'Make an application at https://discord.com/developers/applications; the secret is under OAuth2.',
    issuer: 'https://discord.com',
    authorizationEndpoint: 'https://discord.com/oauth2/authorize',
    tokenEndpoint: 'https://discord.com/api/oauth2/token',
    scopes: ['identify', 'email'],
    clientAuthentication: 'post',
    profile: discordProfile,
    ...client,
  }
}

async function discordProfile({ get }: Asking): Promise<Profile> {
  const user = (await get('https://discord.com/api/v10/users/@me')) as DiscordUser | undefined
  return {
    subject: user?.id ?? '',
    email: user?.email ?? undefined,
    isEmailVerified: user?.verified === true,
    name: user?.global_name ?? user?.username,
    picture: user?.avatar ? `https://cdn.discordapp.com/avatars/${user.id}/${user.avatar}.png` : undefined,
  }
}

interface DiscordUser {
  readonly id: string
  readonly username: string
  readonly global_name: string | null
  readonly avatar: string | null
  readonly email?: string | null
  readonly verified?: boolean
}
