import { sign } from 'node:crypto'
import type { OpenIdProvider } from '../provider.ts'
import { standardProfile } from './standard-profile.ts'

export interface AppleOptions {
  /** The identifier of the Services ID: `example.shop.web`. */
  readonly clientId: string | undefined
  /** Ten characters, at the top right of the account. */
  readonly teamId: string | undefined
  readonly keyId: string | undefined
  /** The content of the file `AuthKey_….p8`. */
  readonly privateKey: string | undefined
}

export function apple({ clientId, teamId, keyId, privateKey }: AppleOptions): OpenIdProvider {
  const isComplete = [clientId, teamId, keyId, privateKey].every(Boolean)
  return {
    kind: 'openid',
    name: 'apple',
    label: 'Apple',
    registration:
      'Make a Services ID and a key for Sign in with Apple at https://developer.apple.com/account/resources/identifiers/list/serviceId.',
    issuer,
    scopes: ['openid', 'name', 'email'],
    clientAuthentication: 'post',
    responseMode: 'form_post', // Apple demands it where a name or an address is asked for
    profile: (claims, callback) => ({ ...standardProfile(claims), name: nameIn(callback.get('user')) }),
    clientId: isComplete ? clientId : undefined,
    clientSecret: () => signedSecret(clientId!, teamId!, keyId!, privateKey!),
  }
}

const issuer = 'https://appleid.apple.com'

/** Apple takes a statement signed with the key in place of a secret, for half a year at most; this one is made for each use. */
function signedSecret(clientId: string, teamId: string, keyId: string, privateKey: string): string {
  const now = Math.floor(Date.now() / 1000)
  const claims = { iss: teamId, sub: clientId, aud: issuer, iat: now, exp: now + 300 }
  const statement = `${encoded({ alg: 'ES256', kid: keyId })}.${encoded(claims)}`
  const signature = sign('sha256', Buffer.from(statement), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return `${statement}.${signature.toString('base64url')}`
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

/** Comes beside the token and only the first time somebody signs in. Not signed: good for a greeting, proves nothing. */
function nameIn(user: string | null): string | undefined {
  try {
    const { firstName = '', lastName = '' } = JSON.parse(user ?? '{}').name ?? {}
    return `${firstName} ${lastName}`.trim()
  } catch {
    return undefined
  }
}
