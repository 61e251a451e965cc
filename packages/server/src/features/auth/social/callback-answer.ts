import type { TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client'
import type { Connection } from './connections.ts'
import type { RememberedSignIn } from './create-social-client.ts'

/** What the browser brought back, and what it was sent away with. */
export interface CallbackAnswer {
  readonly parameters: URLSearchParams
  readonly remembered: RememberedSignIn
  readonly connection: Connection
}

export type Tokens = TokenEndpointResponse & TokenEndpointResponseHelpers

/**
 * Trades the code for tokens.
 *
 * Checks `state` and, where it is sent or promised, `iss` (RFC 9207). Of an ID token: its signature by a key of the provider, issuer, audience,
 * times and, where one is given, the nonce.
 */
export function tradeCode(
  { parameters, remembered, connection: { openid, configuration } }: CallbackAnswer,
  expectedNonce?: string,
): Promise<Tokens> {
  const url = new URL(remembered.redirectUri)
  url.search = parameters.toString()
  return openid.authorizationCodeGrant(configuration, url, {
    expectedState: remembered.state,
    pkceCodeVerifier: remembered.codeVerifier,
    ...(expectedNonce === undefined ? {} : { expectedNonce, idTokenExpected: true }),
  })
}
