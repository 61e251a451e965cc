import type { OutgoingFetch } from '../../../plugin.ts'
import { type Connection, createConnections } from './connections.ts'
import { socialErrors } from './errors.ts'
import { explainFailure } from './explain-failure.ts'
import { type Identity, identityFrom } from './identity.ts'
import { profileFromOAuth } from './profile-from-oauth.ts'
import { profileFromOpenId } from './profile-from-openid.ts'
import type { SocialProvider } from './provider.ts'

/** Sends people to a provider and understands what they bring back. Remembers what providers publish about themselves. */
export interface SocialClient {
  /**
   * Begins a sign-in.
   *
   * @returns where the browser goes, and what has to be remembered until it comes back: bound to this browser, usable once, for some minutes.
   * @throws social_unknown_provider, social_unavailable, social_misconfigured
   */
  startSignIn(provider: SocialProvider, options: StartSignInOptions): Promise<StartedSignIn>
  /**
   * Finishes a sign-in: trades the code, checks all that can be checked, and tells who it is.
   *
   * @param callback  the query the browser came back with, or the form where the provider posts.
   * @throws social_…  see `errors.ts`.
   */
  finishSignIn(
    provider: SocialProvider,
    callback: URLSearchParams | Readonly<Record<string, string>>,
    remembered: RememberedSignIn,
  ): Promise<Identity>
}

export interface StartSignInOptions {
  /** Where the provider sends the browser back; registered there, without a query. */
  readonly redirectUri: string
  /** `login` asks for the password there even of who is signed in, `select_account` for which account. Default: the provider's. */
  readonly prompt?: string
  /** The address that is filled in there. */
  readonly loginHint?: string
}

export interface StartedSignIn {
  readonly url: string
  readonly remembered: RememberedSignIn
}

/** Plain data, secret. */
export interface RememberedSignIn {
  readonly provider: string
  readonly redirectUri: string
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
}

export function createSocialClient({ fetch }: { readonly fetch: OutgoingFetch }): SocialClient {
  const connections = createConnections(fetch)
  return {
    async startSignIn(provider, options) {
      const connection = await connections.to(provider)
      const remembered = newSecrets(provider, options.redirectUri, connection)
      return { url: await addressOf(provider, options, remembered, connection), remembered }
    },
    async finishSignIn(provider, callback, remembered) {
      const parameters = new URLSearchParams(callback)
      if (remembered.provider !== provider.name || parameters.get('state') !== remembered.state)
        throw socialErrors.state()
      const connection = await connections.to(provider)
      try {
        return await identityFromCallback(provider, parameters, remembered, connection)
      } catch (error) {
        throw explainFailure(error, provider)
      }
    },
  }
}

function newSecrets({ name }: SocialProvider, redirectUri: string, { openid }: Connection): RememberedSignIn {
  const { randomState, randomNonce, randomPKCECodeVerifier } = openid
  return {
    provider: name,
    redirectUri,
    state: randomState(),
    nonce: randomNonce(),
    codeVerifier: randomPKCECodeVerifier(),
  }
}

async function addressOf(
  provider: SocialProvider,
  { redirectUri, prompt, loginHint }: StartSignInOptions,
  { state, nonce, codeVerifier }: RememberedSignIn,
  { openid, configuration }: Connection,
): Promise<string> {
  const parameters = {
    ...provider.parameters,
    prompt: prompt ?? provider.parameters?.prompt,
    login_hint: loginHint,
    ...(provider.kind === 'openid' ? { nonce, response_mode: provider.responseMode } : {}),
    scope: provider.scopes.join(' '),
    redirect_uri: redirectUri,
    state,
    code_challenge: await openid.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
  }
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return openid.buildAuthorizationUrl(configuration, new URLSearchParams(given)).href
}

async function identityFromCallback(
  provider: SocialProvider,
  parameters: URLSearchParams,
  remembered: RememberedSignIn,
  connection: Connection,
): Promise<Identity> {
  const answer = { parameters, remembered, connection }
  const { issuer, profile } =
    provider.kind === 'openid' ? await profileFromOpenId(provider, answer) : await profileFromOAuth(provider, answer)
  const identity = identityFrom(provider.name, issuer, profile)
  if (identity === undefined) throw new Error('The provider did not say who it is.')
  return identity
}
