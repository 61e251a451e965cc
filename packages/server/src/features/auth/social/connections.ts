import type * as openid from 'openid-client'
import { type OutgoingFetch, webFetch } from '../../../plugin.ts'
import { socialErrors } from './errors.ts'
import { explainFailure } from './explain-failure.ts'
import { isOnOwnMachine } from './own-machine.ts'
import type { OAuthProvider, SocialProvider } from './provider.ts'

/** A provider as `openid-client` knows it. */
export interface Connection {
  /** The library: it is loaded when somebody first signs in. */
  readonly openid: typeof openid
  readonly configuration: openid.Configuration
  readonly fetch: ProviderFetch
}

export type ProviderFetch = ReturnType<typeof webFetch>

/** Knows what providers publish about themselves, and asks again after an hour. */
export interface Connections {
  /** @throws social_unknown_provider, social_unavailable, social_misconfigured */
  to(provider: SocialProvider): Promise<Connection>
}

export function createConnections(fetch: OutgoingFetch): Connections {
  const kept = new Map<SocialProvider, { readonly connection: Promise<Connection>; readonly until: number }>()
  return {
    async to(provider) {
      const now = performance.now()
      const known = kept.get(provider)
      if (known !== undefined && now < known.until) return known.connection
      const connection = connect(provider, fetch)
      kept.set(provider, { connection, until: now + 3_600_000 })
      connection.catch(() => kept.delete(provider)) // the next one tries again
      return connection
    },
  }
}

async function connect(provider: SocialProvider, fetch: OutgoingFetch): Promise<Connection> {
  if (provider.clientId === undefined) throw socialErrors.unknown_provider({ details: { provider: provider.label } })
  const openid = await import('openid-client')
  const guarded = fetchFrom(provider, fetch)
  try {
    const configuration = await configure(provider, provider.clientId, guarded, openid)
    return { openid, configuration, fetch: guarded }
  } catch (error) {
    throw explainFailure(error, provider, 'misconfigured')
  }
}

/** Passes on what the provider answers, but for failures of its own. */
function fetchFrom(provider: SocialProvider, fetch: OutgoingFetch): ProviderFetch {
  const web = webFetch(fetch, { timeoutMs: 8_000 })
  return async (url, init) => {
    const answer = await web(url, init)
    if (answer.status >= 500 || answer.status === 429) throw unavailable(provider, url, answer.status)
    const isToken = provider.kind === 'oauth' && String(url) === provider.tokenEndpoint
    return isToken ? withStatusOfErrors(answer) : answer
  }
}

function unavailable({ label }: SocialProvider, url: string | URL, status: number): Error {
  const cause = new Error(`${url} answered with the status ${status}.`)
  return socialErrors.unavailable({ cause, details: { provider: label } })
}

/** GitHub answers `{ "error": "bad_verification_code" }` with the status 200. */
async function withStatusOfErrors(answer: Response): Promise<Response> {
  const body = await answer.text()
  const isError = answer.status === 200 && /^\s*\{[^{]*"error"\s*:/.test(body)
  return new Response(body, { status: isError ? 400 : answer.status, headers: answer.headers })
}

async function configure(
  provider: SocialProvider,
  clientId: string,
  fetch: ProviderFetch,
  library: typeof openid,
): Promise<openid.Configuration> {
  const authenticate = clientAuthentication(provider, library)
  const customFetch = fetch as openid.CustomFetch
  if (provider.kind === 'oauth') {
    const configuration = new library.Configuration(serverOf(provider), clientId, undefined, authenticate)
    configuration[library.customFetch] = customFetch
    return configuration
  }
  // By default a token that came over TLS counts as signed by that; the signature is asked for.
  const execute = [library.enableNonRepudiationChecks]
  if (isOnOwnMachine(new URL(provider.issuer))) execute.push(library.allowInsecureRequests)
  return library.discovery(new URL(provider.issuer), clientId, undefined, authenticate, {
    execute,
    [library.customFetch]: customFetch,
  })
}

function serverOf(provider: OAuthProvider): openid.ServerMetadata {
  return {
    issuer: provider.issuer,
    authorization_endpoint: provider.authorizationEndpoint,
    token_endpoint: provider.tokenEndpoint,
  }
}

function clientAuthentication(provider: SocialProvider, library: typeof openid): openid.ClientAuth {
  const { clientSecret } = provider
  if (clientSecret === undefined) return library.None()
  return (server, client, body, headers) => {
    const secret = typeof clientSecret === 'string' ? clientSecret : madeSecret(clientSecret, provider)
    const way = provider.clientAuthentication ?? preferredWay(server.token_endpoint_auth_methods_supported)
    const authenticate = way === 'basic' ? library.ClientSecretBasic(secret) : library.ClientSecretPost(secret)
    authenticate(server, client, body, headers)
  }
}

function madeSecret(make: () => string, provider: SocialProvider): string {
  try {
    return make()
  } catch (cause) {
    throw socialErrors.misconfigured({ cause, details: { provider: provider.label } })
  }
}

/** `client_secret_basic` is what holds where the metadata says nothing (OpenID Connect Discovery 1.0, section 3). */
function preferredWay(supported: readonly string[] = ['client_secret_basic']): 'basic' | 'post' {
  return supported.includes('client_secret_basic') ? 'basic' : 'post'
}
