import { createHash } from 'node:crypto'
import { type CallbackAnswer, type Tokens, tradeCode } from './callback-answer.ts'
import { socialErrors } from './errors.ts'
import type { Profile } from './identity.ts'
import type { Claims, OpenIdProvider } from './provider.ts'

/** Asks an OpenID provider who it is. */
export async function profileFromOpenId(
  provider: OpenIdProvider,
  answer: CallbackAnswer,
): Promise<{ readonly issuer: string; readonly profile: Profile }> {
  const tokens = await tradeCode(answer, answer.remembered.nonce)
  const idToken = tokens.claims() as Claims
  requireForUs(idToken, provider.clientId)
  requireAccessTokenOf(tokens, idToken)
  const claims = await completeClaims(provider, idToken, tokens, answer)
  if (provider.isWelcome?.(idToken) === false)
    throw socialErrors.account_refused({ details: { provider: provider.label } })
  return { issuer: idToken.iss, profile: provider.profile(claims, answer.parameters) }
}

/** The library looks at `azp` only where there are several audiences (OpenID Connect Core 3.1.3.7, 5). */
function requireForUs({ azp }: Claims, clientId: string | undefined): void {
  if (azp !== undefined && azp !== clientId) throw new Error(`The ID token was made for ${azp}.`)
}

/** `at_hash`: the access token beside the ID token is the one it was issued with (OpenID Connect Core 3.1.3.8). */
function requireAccessTokenOf({ id_token, access_token }: Tokens, { at_hash }: Claims): void {
  if (at_hash === undefined) return
  const { alg } = JSON.parse(Buffer.from(id_token!.split('.', 1)[0]!, 'base64url').toString()) as { alg: string }
  const hash = createHash(hashOf[alg.slice(-3)] ?? 'sha512')
    .update(access_token)
    .digest()
  if (hash.subarray(0, hash.length / 2).toString('base64url') !== at_hash)
    throw new Error('The access token is not the one of the ID token.')
}

/** By the end of the name of the algorithm: `ES256`. EdDSA hashes with SHA-512. */
const hashOf: Readonly<Record<string, string>> = { 256: 'sha256', 384: 'sha384', 512: 'sha512' }

/** Many providers tell the address only where it is asked for. An address and whether it is verified come from one place. */
async function completeClaims(
  { scopes }: OpenIdProvider,
  idToken: Claims,
  { access_token }: Tokens,
  { connection: { openid, configuration } }: CallbackAnswer,
): Promise<Claims> {
  const isComplete = idToken.email !== undefined || !scopes.includes('email')
  if (isComplete || configuration.serverMetadata().userinfo_endpoint === undefined) return idToken
  const told = await openid.fetchUserInfo(configuration, access_token, idToken.sub)
  return { ...idToken, ...told, iss: idToken.iss, sub: idToken.sub }
}
