import { createHmac } from 'node:crypto'
import type { Profile } from '../identity.ts'
import type { Asking, ClientOptions, OAuthProvider } from '../provider.ts'

export function facebook(client: ClientOptions): OAuthProvider {
  return {
    kind: 'oauth',
    name: 'facebook',
    label: 'Facebook',
    registration: 'Make an app with Facebook Login at https://developers.facebook.com/apps.',
    issuer: 'https://www.facebook.com',
    authorizationEndpoint: 'https://www.facebook.com/v24.0/dialog/oauth',
    tokenEndpoint: 'https://graph.facebook.com/v24.0/oauth/access_token',
    scopes: ['public_profile', 'email'],
    clientAuthentication: 'post',
    profile: (asking) => facebookProfile(asking, client.clientSecret),
    ...client,
  }
}

async function facebookProfile({ get, accessToken }: Asking, secret: string | undefined): Promise<Profile> {
  const query = new URLSearchParams({ fields: 'id,name,email,picture.width(256)' })
  // Proves that the token is used by the app it was made for.
  if (secret !== undefined) query.set('appsecret_proof', createHmac('sha256', secret).update(accessToken).digest('hex'))
  const user = (await get(`https://graph.facebook.com/v24.0/me?${query}`)) as FacebookUser | undefined
  return {
    subject: user?.id ?? '',
    email: user?.email,
    isEmailVerified: false, // it does not say
    name: user?.name,
    picture: user?.picture?.data?.url,
  }
}

interface FacebookUser {
  readonly id: string
  readonly name?: string
  readonly email?: string
  readonly picture?: { readonly data?: { readonly url?: string } }
}
